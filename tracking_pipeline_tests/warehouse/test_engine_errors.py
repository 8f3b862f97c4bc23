"""The engine quotes the rows that it fails on: of them nothing is told."""

import traceback
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.errors import QueryError
from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.engine_errors import without_values

NAME = "Ada Lovelace"
QUOTING = [
    f"select cast('{NAME}' as integer)",
    f"select json_extract('{{\"{NAME}', '$.a') from range(1)",
    f"select cast(name as date) from (values ('{NAME}')) as t (name)",
    f"select strptime('{NAME}', '%Y')",
    f"select error('{NAME}')",
]


@pytest.mark.parametrize("query", QUOTING)
def test_an_error_that_quotes_a_value_is_told_by_its_kind_alone(query: str) -> None:
    with pytest.raises(duckdb.Error, match=NAME) as caught:
        duckdb.execute(query)
    assert NAME not in without_values(caught.value)
    assert type(caught.value).__name__ in without_values(caught.value)


def test_an_error_of_a_query_names_what_it_names() -> None:
    with pytest.raises(duckdb.Error) as caught:
        duckdb.execute("select no_such_column from range(1)")
    assert "no_such_column" in without_values(caught.value)


@pytest.mark.parametrize("query", QUOTING)
def test_no_traceback_of_a_writer_shows_a_value(tmp_path: Path, query: str) -> None:
    with pytest.raises(QueryError) as caught, writer(Settings(home=tmp_path)) as con:
        con.execute(query)
    shown = "".join(traceback.format_exception_only(caught.value))
    assert NAME not in shown
    assert caught.value.__suppress_context__
