"""Great Expectations over a live DuckDB connection. Import it late: it takes seconds."""

import os
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import duckdb
import great_expectations as gx
import sqlalchemy as sa
from duckdb_sqlalchemy import ConnectionWrapper
from great_expectations.core.batch import Batch
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.execution_engine.sqlalchemy_batch_data import SqlAlchemyBatchData
from great_expectations.execution_engine.sqlalchemy_execution_engine import (
    SqlAlchemyExecutionEngine,
)
from great_expectations.validator.validator import Validator
from sqlalchemy.pool import StaticPool

from tracking_pipeline.errors import ValidationError
from tracking_pipeline.quality.suites import Expectation, Suite
from tracking_pipeline.quality.validate import Outcome

# The library exports these only at run time.
_gxe: Any = gx.expectations

_NAMES_ONLY = re.compile(r"(Binder|Catalog|Parser) Error: [^\n]*")
"""DuckDB's errors that quote names and never values."""


class _HeldOpenEngine(SqlAlchemyExecutionEngine):
    """Keeps its connection until the results are fetched; else DuckDB's are gone before."""

    @contextmanager
    def get_connection(self) -> Generator[sa.Connection, None, None]:
        if not self._connection:
            self._connection = self.engine.connect()
        yield self._connection


def run(con: duckdb.DuckDBPyConnection, suite: Suite, n_shown: int) -> dict[str, Outcome]:
    """Return how many rows break each expectation, by name, and where the first of them stand."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    with _engine(con) as engine:
        data: Any = SqlAlchemyBatchData(
            engine, schema_name="landing", table_name=suite.table, create_temp_table=False
        )
        engine.load_batch_data(suite.table, data)
        validator = Validator(engine, batches=[Batch(data=data)], data_context=context)
        results = validator.graph_validate(
            configurations=[
                _expectation(suite, each, n_shown).configuration for each in suite.expectations
            ]
        )
    # Results come in another order than the expectations went.
    return dict(_outcome(suite, result, n_shown) for result in results)


@contextmanager
def _engine(con: duckdb.DuckDBPyConnection) -> Iterator[_HeldOpenEngine]:
    """Yield an engine on a cursor of the live connection, which stays open afterwards."""
    alchemy = sa.create_engine(
        "duckdb:///:memory:",
        creator=lambda: ConnectionWrapper(con.cursor()),
        poolclass=StaticPool,
    )
    engine = _HeldOpenEngine(engine=alchemy)
    try:
        yield engine
    finally:
        engine.close()
        alchemy.dispose()


def _expectation(suite: Suite, each: Expectation, n_shown: int) -> Any:  # noqa: ANN401 - not exported
    meta = {"name": each.name}
    if each.rule == "no_row":
        places = ", ".join(suite.located_by)
        # Braces are the placeholders of Great Expectations.
        where = each.where.replace("{", "{{").replace("}", "}}")
        query = f"select {places} from {{batch}} where {where}"
        return _gxe.UnexpectedRowsExpectation(
            unexpected_rows_query=query, meta=meta, result_format="COMPLETE"
        )
    shared: dict[str, Any] = {
        "column": each.column,
        "meta": meta,
        "result_format": {
            "result_format": "SUMMARY",
            "partial_unexpected_count": n_shown,
            "unexpected_index_column_names": list(suite.located_by),
        },
    }
    match each.rule:
        case "not_null":
            return _gxe.ExpectColumnValuesToNotBeNull(**shared)
        case "unique":
            return _gxe.ExpectColumnValuesToBeUnique(**shared)
        case "one_of":
            return _gxe.ExpectColumnValuesToBeInSet(value_set=list(each.values), **shared)
        case "between":
            return _gxe.ExpectColumnValuesToBeBetween(
                min_value=each.low, max_value=each.high, **shared
            )


def _outcome(suite: Suite, result: Any, n_shown: int) -> tuple[str, Outcome]:  # noqa: ANN401 - not exported
    name = result.expectation_config.meta["name"]
    if result.exception_info.get("raised_exception", True):
        quoted = _NAMES_ONLY.search(str(result.exception_info))
        raise ValidationError(
            f"landing.{suite.table}: {name}",
            f"could not be checked ({quoted.group() if quoted else 'message withheld'})",
            "Compare the suite in quality/suites.py with the table's columns",
        )
    found = result.result
    if "details" in found:
        n_unexpected, rows = found["observed_value"], found["details"]["unexpected_rows"]
    else:
        # Without any row the count is NULL.
        n_unexpected = found["unexpected_count"] or 0
        rows = found.get("partial_unexpected_index_list") or []
    told = next(each.told for each in suite.expectations if each.name == name)
    shown = (*suite.located_by, *told)
    return name, (n_unexpected, [{key: row[key] for key in shown} for row in rows[:n_shown]])
