"""Any window is computed as the marts compute theirs."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest
from polars.testing import assert_frame_equal

from tracking_pipeline.analysis.value import MARTS, values
from tracking_pipeline.errors import SettingsError
from tracking_pipeline.pipeline.building import sql_project
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.transform.project import Project
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.snapshot import open_snapshot, publish
from tracking_pipeline_tests.sql_models.telemetry_home import SHIPPED, build_value, land

OCTOBER = date(2025, 10, 1), date(2025, 10, 31)


@pytest.fixture(scope="module")
def project() -> Project:
    return sql_project()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def con(settings: Settings, project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    with writer(settings) as connection:
        land(settings, connection, [SHIPPED / "databases"])
        build_value(connection, project, as_of="2025-11-13")
        publish(settings, connection)
        yield connection


@pytest.mark.parametrize("mart", MARTS)
def test_the_dates_of_a_month_give_the_row_of_the_month(
    con: duckdb.DuckDBPyConnection, project: Project, mart: str
) -> None:
    month = con.execute(
        f"from marts.{mart} where window_kind = 'month' and start_date = ?",
        OCTOBER[:1],
    ).pl()
    asked = values(con, project, *OCTOBER)[mart]
    assert asked.height > 0
    assert asked["window_kind"].unique().to_list() == ["custom"]
    assert_frame_equal(
        asked.drop("window_kind"), month.drop("window_kind"), check_row_order=False, abs_tol=0
    )


def test_the_snapshot_gives_what_the_warehouse_gives(
    settings: Settings, con: duckdb.DuckDBPyConnection, project: Project
) -> None:
    window = date(2025, 10, 13), date(2025, 11, 12)
    here = values(con, project, *window)
    with open_snapshot(settings) as snapshot:
        published = values(snapshot, project, *window)
    for mart in MARTS:
        assert_frame_equal(published[mart], here[mart], check_row_order=False)


def test_a_window_without_telemetry_is_empty(
    con: duckdb.DuckDBPyConnection, project: Project
) -> None:
    frames = values(con, project, date(2024, 1, 1), date(2024, 12, 31))
    assert {mart: frame.height for mart, frame in frames.items()} == dict.fromkeys(MARTS, 0)


def test_executions_of_another_provenance_than_asked_for_do_not_count(
    con: duckdb.DuckDBPyConnection, project: Project
) -> None:
    frames = values(con, project, *OCTOBER, provenances=["simulated"])
    assert frames["engineer_capability_value"].is_empty()
    assert frames["capability_value"].is_empty()


def test_a_window_that_ends_before_it_begins_is_refused(
    con: duckdb.DuckDBPyConnection, project: Project
) -> None:
    with pytest.raises(SettingsError, match="2025-10-31 to 2025-10-01: the window is empty"):
        values(con, project, OCTOBER[1], OCTOBER[0])
