"""The shipped query over two hand-made systems of measurements."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.analysis.figures import figures
from tracking_pipeline.errors import SettingsError
from tracking_pipeline.pipeline.building import sql_project
from tracking_pipeline.settings import Settings
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import render
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.snapshot import open_snapshot, publish

# Approvals, in UTC: one just before midnight of 29 June in Toronto (04:00 UTC), three after.
OBSERVED = """
    create schema landing; create schema staging; create schema marts; create schema seeds;
    create table landing.message (observed_at timestamp, is_approved boolean, batch_id bigint);
    insert into landing.message values
        ('2025-06-29 03:59:59', false, 1), ('2025-06-29 04:00:00', true, 1),
        ('2025-06-30 12:00:00', true, 2), ('2025-07-01 03:59:59', false, 2);
    create view staging.messages as from landing.message;
    create view marts.observations as
        select
            'production_logs' as system, 'acme' as client_id, 'log_type' as entity_type,
            'campaign_generation' as entity_id, 'is_approved' as measure, observed_at,
            is_approved::double as value, true as has_label, 'measured' as provenance,
            'r' || batch_id as record_id, batch_id, 1.0 as weight, null::timestamp as held_until
        from staging.messages;
    create table marts.metric_daily as
        select distinct system, client_id, observed_at::date as metric_date from marts.observations;
    create table marts.metric_weekly as from marts.metric_daily;
"""
TORONTO = "America/Toronto"


@pytest.fixture(scope="module")
def project() -> Project:
    return sql_project()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, memory_limit="200MB", threads=1)


@pytest.fixture
def con(settings: Settings, project: Project) -> Iterator[duckdb.DuckDBPyConnection]:
    shipped = {name: project.folder / "seeds" / f"{name}.csv" for name in ("systems", "metrics")}
    seeds = {name: duckdb.read_csv(path).pl() for name, path in shipped.items()}
    with writer(settings) as connection:
        connection.execute(OBSERVED)
        for name, seed in seeds.items():
            connection.register("seed", seed)
            connection.execute(f"create table seeds.{name} as from seed")
            connection.unregister("seed")
        expected = render(
            project, project.models["expected_figures"], variables={}, incremental=False
        )
        connection.execute(f"create view marts.expected_figures as {expected}")
        yield connection


def approval(
    con: duckdb.DuckDBPyConnection, project: Project, start: str, end: str, zone: str
) -> tuple[object, ...]:
    bounds = {"start": datetime.fromisoformat(start), "end": datetime.fromisoformat(end)}
    found = figures(con, project, system="production_logs", **bounds, zone=zone)
    (row,) = found.filter(metric="approval_rate", entity_id="campaign_generation").rows(named=True)
    return row["value"], row["n"], row["coverage"], row["status"]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        # Two days of Toronto: 3 records, 2 approved, on both days.
        ("2025-06-29", "2025-07-01", (0.666666666667, 3, 1, "below_minimum_sample")),
        # The end is not in the window, the start is.
        (
            "2025-06-29T04:00Z",
            "2025-06-30T12:00Z",
            (1.0, 1, 0.5, "below_minimum_sample"),
        ),
        ("2024-01-01", "2024-01-02", (None, 0, 0, "no_data")),
    ],
)
def test_a_window_has_its_records_and_no_others(
    con: duckdb.DuckDBPyConnection,
    project: Project,
    start: str,
    end: str,
    expected: tuple[object, ...],
) -> None:
    assert approval(con, project, start, end, TORONTO) == expected


def test_naive_bounds_are_read_in_the_zone(
    con: duckdb.DuckDBPyConnection, project: Project
) -> None:
    # The same dates in UTC hold the record that Toronto counts to 28 June, and one on each day.
    expected = (0.666666666667, 3, 1, "below_minimum_sample")
    assert approval(con, project, "2025-06-29", "2025-07-01", "UTC") == expected
    assert approval(con, project, "2025-06-29", "2025-06-30", "UTC")[:2] == (0.5, 2)
    assert approval(con, project, "2025-06-29", "2025-06-30", TORONTO)[:2] == (1.0, 1)


def test_the_snapshot_gives_what_the_warehouse_gives(
    settings: Settings, con: duckdb.DuckDBPyConnection, project: Project
) -> None:
    window = {
        "system": "production_logs",
        "start": datetime(2025, 6, 29, tzinfo=UTC),
        "end": datetime(2025, 7, 6, tzinfo=UTC),
        "zone": TORONTO,
    }
    publish(settings, con)
    with open_snapshot(settings) as snapshot:
        assert figures(snapshot, project, **window).equals(figures(con, project, **window))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"system": "production_log"},
            r"production_log: is no system. Did you mean production_logs\? Choose",
        ),
        ({"zone": "Toronto"}, "Toronto: is no time zone"),
        ({"end": datetime(2025, 6, 29, tzinfo=UTC)}, "the window is empty"),
        ({"end": datetime(2025, 6, 1, tzinfo=UTC)}, "the window is empty"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    con: duckdb.DuckDBPyConnection, project: Project, wrong: dict[str, object], message: str
) -> None:
    window = {
        "system": "production_logs",
        "start": datetime(2025, 6, 29, tzinfo=UTC),
        "end": datetime(2025, 7, 6, tzinfo=UTC),
        "zone": TORONTO,
    }
    with pytest.raises(SettingsError, match=message):
        figures(con, project, **{**window, **wrong})
