"""The sample reports of the original's document contradict themselves; ours say where.

425,000 tokens / 1,000 x $0.03 = $12.75, not $847.50; ($847.50 + 24.5 h x $100) / $50 is another ROI
than 3.4, and so is the document's own ($847.50 + $450) / $50 = 25.95. They state no period.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.settings import load_settings
from tracking_pipeline.transform.project import Project
from tracking_pipeline_tests.empty_warehouse import opened
from tracking_pipeline_tests.sql_models.telemetry_home import build_value, land

DOCUMENT = Path(__file__).parents[1] / "inputs" / "telemetry" / "document"


@pytest.fixture(scope="module")
def con(
    sql_project: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    settings = load_settings(home=tmp_path_factory.mktemp("home"))
    with opened(settings) as connection:
        land(settings, connection, [DOCUMENT])
        build_value(connection, sql_project)
        yield connection


def test_an_export_that_states_no_period_counts_for_thirty_days(
    con: duckdb.DuckDBPyConnection,
) -> None:
    query = "select period_days, dates_covered, is_counted from marts.counted_exports"
    assert con.sql(query).fetchall() == [(None, 31, True)]


def test_the_totals_that_contradict_their_parts_are_named(con: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select figure, exported, recomputed from marts.value_export_checks "
        "where is_mismatch and origin = 'individual' order by all"
    )
    assert con.sql(query).fetchall() == [
        ("cost_saved_usd", 847.5, 12.75),
        ("roi_multiplier", 3.4, 25.95),
        ("total_value_usd", 1297.5, 3297.5),
    ]


def test_a_team_report_cut_short_does_not_give_its_totals(con: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select exported, recomputed from marts.value_export_checks "
        "where is_mismatch and origin = 'team' and figure = 'total_commits'"
    )
    assert con.sql(query).fetchall() == [(1136, 178 + 142)]
