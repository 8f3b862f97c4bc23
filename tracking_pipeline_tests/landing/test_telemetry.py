"""Telemetry through the landing: fates, versions, copies, refused rows, whole examples."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracking_pipeline.errors import LandingError, WarehouseCorruptError
from tracking_pipeline.landing.quarantine import replay, show
from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.read import read
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline_tests.landing.scenario import home, load_due, rows
from tracking_pipeline_tests.sources.telemetry_case import ADA, database

DEMO = Path(__file__).parents[2] / "tracking_pipeline/demo/telemetry"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FATES = (
    "relative_path, outcome, format, n_records, n_accepted, n_duplicate, n_quarantined, n_blank, "
    "n_pending"
)
MANIFEST = f"select {FATES} from landing.manifest order by batch_id, relative_path"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def deliver(settings: Settings, **contents: bytes) -> None:
    """Put files into the folder; two underscores are a dot."""
    folder = settings.landing_dir / "telemetry"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    load_due(settings, read)


def test_the_examples_land_whole_and_once(settings: Settings) -> None:
    for path in sorted(DEMO.rglob("*-*")):
        deliver(settings, **{path.name.replace(".", "__"): path.read_bytes()})
    deliver(settings, copy__bin=(DEMO / "databases/john-performance_telemetry.db").read_bytes())
    assert rows(settings, MANIFEST) == [
        ("emily-performance_telemetry.db", "loaded", "sqlite", 325, 325, 0, 0, 0, 0),
        ("john-performance_telemetry.db", "loaded", "sqlite", 340, 340, 0, 0, 0, 0),
        ("emily-business-value-report.yaml", "loaded", "yaml", 7, 7, 0, 0, 0, 0),
        ("john-business-value-report.yaml", "loaded", "yaml", 7, 7, 0, 0, 0, 0),
        ("copy.bin", "duplicate_delivery", "sqlite", 340, 0, 340, 0, 0, 0),
    ]
    assert rows(settings, "select count(*) from landing.capability_execution") == [(489,)]


def test_a_grown_database_brings_what_is_new(settings: Settings) -> None:
    deliver(settings, a__db=database())
    later = (
        f"insert into performance_metrics values (3, '{ADA}', 'c', 5, 1, null, 0, 0, "
        "'2025-10-07T10:00:00');"
        "update productivity_metrics set commits_count = 9"
    )
    deliver(settings, a__db=database(later))
    assert [fates[3:] for fates in rows(settings, MANIFEST)] == [
        (6, 6, 0, 0, 0, 0),
        (7, 2, 5, 0, 0, 0),
    ]
    days = "select commits_count from landing.productivity_day order by batch_id"
    assert rows(settings, days) == [(7,), (9,)]
    assert rows(settings, "select finding from landing.findings") == []


def test_one_execution_from_a_database_and_from_a_line_is_one(settings: Settings) -> None:
    deliver(settings, a__db=database())
    line = {
        "kind": "capability_execution",
        "engineer_email": ADA,
        "capability": "code_review",
        "duration_ms": 120.5,
        "success": True,
        "tokens_saved": 300,
        "context_size_tokens": 900,
        "timestamp": "2025-10-06T10:00:00Z",
    }
    deliver(settings, b__jsonl=json.dumps(line).encode() + b"\n")
    assert rows(settings, MANIFEST)[-1][3:] == (1, 0, 1, 0, 0, 0)


def test_a_hostile_file_stops_no_other(settings: Settings) -> None:
    view = "drop table cost_savings; create view cost_savings as select 1 as engineer_email"
    deliver(
        settings,
        a__db=database(view),
        b__yaml=b"engineer_profile: !!python/name:os.system\n",
        c__db=database(),
        d__jsonl=b'{"kind": "capability_execution"}\n',
    )
    assert [(path, outcome, n) for path, outcome, _, n, *_ in rows(settings, MANIFEST)] == [
        ("a.db", "rejected", 1),
        ("b.yaml", "rejected", 1),
        ("c.db", "loaded", 6),
        ("d.jsonl", "loaded", 1),
    ]


def test_a_refused_row_is_shown_whole_and_corrected_in_its_file(settings: Settings) -> None:
    long = f"printf('%.*c', {100_000}, 'x')"
    deliver(
        settings,
        a__db=database(f"update performance_metrics set error_type = {long}, success = 2"),
    )
    ids = rows(settings, "select quarantine_id, line_number from landing.quarantine order by 2")
    assert [line for _, line in ids] == [2, 3]
    with writer(settings) as con:
        whole = json.loads(show(settings, con, ids[1][0]))
        assert (whole["id"], len(whole["error_type"])) == (2, 100_000)
        with pytest.raises(LandingError, match=r"Correct a\.db and deliver it again"):
            replay(settings, con, [ids[0][0]], now=NOW)


def test_a_contradicting_export_is_quarantined(settings: Settings) -> None:
    report = (
        f"engineer_profile: {{email: {ADA}}}\n"
        "report_metadata: {export_date: '2025-11-12T14:30:00', collection_period_days: 30}\n"
        "productivity: {total_commits: COMMITS}\n"
    ).encode()
    deliver(settings, a__yaml=report.replace(b"COMMITS", b"131"))
    deliver(settings, b__yaml=report.replace(b"COMMITS", b"132"))
    assert rows(settings, "select kind, reason_code from landing.quarantine") == [
        ("value_export", "conflicting_duplicate")
    ]
    assert rows(settings, "select commits from landing.value_export") == [(131,)]


def test_a_warehouse_of_another_version_names_the_command_that_renews_it(
    settings: Settings,
) -> None:
    deliver(settings, a__db=database())
    with writer(settings) as con:
        con.execute("alter table landing.value_export_capability drop column period_days")
        with pytest.raises(WarehouseCorruptError, match=r"period_days.*tracking rebuild"):
            create_tables(con)
