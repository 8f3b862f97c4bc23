"""An address in whatever text of telemetry reaches no table, in the warehouse or published."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tracking_pipeline.pipeline import building, publishing
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.read import read
from tracking_pipeline.sources.record import JsonType, RecordKind
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.snapshot import open_snapshot
from tracking_pipeline_tests.landing.scenario import home, load_due, quiet
from tracking_pipeline_tests.sources.telemetry_case import SOURCE

SECRET = "zqplanted"  # noqa: S105 - what is looked for
ADDRESS = f"{SECRET}@company.example"
PLANTED = f"of {ADDRESS}, https://github.com/{SECRET}"
VALUES: dict[JsonType, Any] = {
    "VARCHAR": PLANTED,
    "SCALAR": PLANTED,
    "ANY": {"said": PLANTED},
    "OBJECT": {"said": PLANTED, "to": {"whom": PLANTED}},
    "DOUBLE": 1.5,
    "BIGINT": 2,
    "FLAG": True,
}


def planted(kind: RecordKind) -> dict[str, Any]:
    """A record of ``kind`` that has every field, with addresses in every text."""
    times = {
        path: "2025-10-06" + ("T10:00:00" if field.type == "TIMESTAMP" else "")
        for field in kind.fields
        if field.type in {"TIMESTAMP", "DATE"} or field.column == "zone_basis"
        for path in field.paths
    }
    given = {"kind": kind.name, "provenance": "measured", "client_id": "acme"} | times
    record: dict[str, Any] = {PLANTED: 1, "unknown": {PLANTED: PLANTED}}
    for path, json_type in kind.known.items():
        *sections, key = path.split(".")
        node = record
        for section in sections:
            node = node.setdefault(section, {})
        node[key] = given.get(path, ADDRESS if path in person(kind) else VALUES[json_type])
    return record


def person(kind: RecordKind) -> set[str | None]:
    return {kind.person.email, kind.person.name} if kind.person else set()


def refused() -> Iterator[dict[str, Any]]:
    """Records that are wrong in a place that its refusal names."""
    execution = planted(SOURCE.by_name["capability_execution"])
    yield {**execution, "kind": ADDRESS}
    yield {**execution, "duration_ms": PLANTED}
    yield {**execution, "client_id": ADDRESS}
    yield {**execution, "timestamp": PLANTED}


def shown(con: duckdb.DuckDBPyConnection) -> list[str]:
    """The columns, of any schema, in which an address stands."""
    columns = con.execute(
        "select distinct table_schema, table_name, column_name from information_schema.columns "
        "where table_catalog = current_database() and data_type not like 'TIMESTAMP%'"
    ).fetchall()
    return [
        ".".join(column)
        for column in columns
        if con.execute(
            'select 1 from "{}"."{}" where contains(lower("{}"::varchar), ?) limit 1'.format(
                *column
            ),
            [SECRET],
        ).fetchall()
    ]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    chosen = home(tmp_path)
    file = chosen.landing_dir / "telemetry" / "all.jsonl"
    file.parent.mkdir()
    records = [*map(planted, SOURCE.kinds), *refused()]
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    load_due(chosen, read)
    return chosen


def test_an_address_in_any_text_stands_in_no_table(settings: Settings) -> None:
    with writer(settings) as con:
        landed = con.execute("select n_accepted, n_quarantined from landing.manifest").fetchall()
    assert landed == [(len(SOURCE.kinds), len(list(refused())))]
    building.build(settings, progress=quiet)
    publishing.publish(settings)
    with writer(settings) as con:
        assert shown(con) == ["landing.quarantine.raw"]
    with open_snapshot(settings) as con:
        assert shown(con) == []


def test_names_that_are_long_stay_told_apart(tmp_path: Path) -> None:
    chosen = home(tmp_path)
    file = chosen.landing_dir / "telemetry" / "long.jsonl"
    file.parent.mkdir()
    names = [f"browser_take_a_screenshot_of_the_page_{number}" for number in range(2)]
    execution = planted(SOURCE.by_name["capability_execution"])
    lines = [json.dumps({**execution, "capability": name}) + "\n" for name in names]
    file.write_text("".join(lines))
    load_due(chosen, read)
    with writer(chosen) as con:
        found = con.execute("select capability from landing.capability_execution order by 1")
        assert found.fetchall() == [(name,) for name in names]
