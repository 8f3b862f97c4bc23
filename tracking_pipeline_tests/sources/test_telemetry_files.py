"""Databases and exported reports as the assistants write them."""

import gzip
from datetime import datetime
from pathlib import Path

import pytest
import zstandard

from tracking_pipeline.sources.privacy import pseudonym
from tracking_pipeline_tests.sources.intake_case import KEY, RECEIVED
from tracking_pipeline_tests.sources.telemetry_case import (
    ADA,
    ROWS,
    SCHEMA,
    database,
    landed,
    own,
    take,
)

DEMO = Path(__file__).parents[2] / "tracking_pipeline/demo/telemetry"
EMILY = "emily.davis@company.example"
ALL = {
    "engineer_profile": 1,
    "capability_execution": 2,
    "productivity_day": 1,
    "cost_saving_day": 1,
    "copilot_day": 1,
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_the_example_database_lands_whole(tmp_path: Path) -> None:
    content = (DEMO / "databases/emily-performance_telemetry.db").read_bytes()
    zones = {EMILY: "Europe/London"}
    outcome = take(tmp_path, content, name="any name", engineer_timezones=zones)
    assert landed(outcome) == {
        "engineer_profile": 1,
        "capability_execution": 237,
        "productivity_day": 29,
        "cost_saving_day": 29,
        "copilot_day": 29,
    }
    # Installed at 08:55:03 of British Summer Time.
    assert outcome.one("engineer_profile")["installed_at"] == at("2025-10-06 07:55:03.12")
    # Its first rows, as the sqlite3 shell prints them.
    first = outcome.all("capability_execution")[0]
    assert own(first, "capability", "duration_ms", "is_successful", "tokens_saved") == (
        "test_generation", 2327.777, True, 383
    )  # fmt: skip
    assert own(first, "observed_at", "local_at", "line_number") == (
        at("2025-10-06 09:40:33.072187"), at("2025-10-06 10:40:33.072187"), 2
    )  # fmt: skip
    day = outcome.all("cost_saving_day")[0]
    assert own(day, "tokens_saved_count", "api_calls_avoided", "estimated_cost_saved_usd") == (
        16731, 68, 0.50193
    )  # fmt: skip
    assert outcome.rows("select email, name from parsed_people") == [(EMILY, "Emily Davis")]
    assert outcome.rows("from parsed_findings") == []


@pytest.mark.parametrize(
    ("name", "pack", "format_"),
    [
        ("t.db", bytes, "sqlite"),
        ("t.sqlite3", bytes, "sqlite"),
        ("download", bytes, "sqlite"),
        ("t.json", bytes, "sqlite"),
        ("t.yaml", bytes, "sqlite"),
        ("t.db.gz", gzip.compress, "sqlite+gzip"),
        ("t", gzip.compress, "sqlite+gzip"),
        ("t.sqlite.zst", zstandard.ZstdCompressor().compress, "sqlite+zstd"),
    ],
)
def test_a_database_is_known_by_its_bytes(
    tmp_path: Path, name: str, pack: type[bytes], format_: str
) -> None:
    outcome = take(tmp_path, pack(database()), name=name)
    assert landed(outcome) == ALL
    assert outcome.rows("select format from file_outcomes") == [(format_,)]


def test_a_database_in_utf_16_is_read(tmp_path: Path) -> None:
    schema = f"pragma encoding = 'UTF-16le'; {SCHEMA}"
    rows = ROWS.replace("Analytical", "Änalytical 😀")
    outcome = take(tmp_path, database(rows=rows, schema=schema), name="t.db")
    assert landed(outcome) == ALL
    assert outcome.one("engineer_profile")["cpu"] == "Änalytical 😀"


@pytest.mark.parametrize(
    ("schema", "rows", "expected"),
    [
        (SCHEMA, "select 1", {}),
        (
            "create table COST_SAVINGS (Engineer_Email, METRIC_DATE, tokens_saved_count)",
            f"insert into cost_savings values ('{ADA}', '2025-10-06', '12')",
            {"cost_saving_day": 1},
        ),
    ],
    ids=["no rows", "one table, other capitals, no types"],
)
def test_a_database_loads_what_it_has(
    tmp_path: Path, schema: str, rows: str, expected: dict[str, int]
) -> None:
    outcome = take(tmp_path, database(rows=rows, schema=schema), name="t.db")
    assert landed(outcome) == expected
    assert outcome.rejected() == []


OTHERS = "; ".join(f"create table t{number} (a)" for number in range(1, 8))


@pytest.mark.parametrize(
    ("content", "held"),
    [
        (database(schema="create table t (a)", rows="drop table t"), "none at all"),
        (database(schema=OTHERS, rows="select 1"), "t1, t2, t3, t4, t5 and 2 more"),
        (b"", "none at all"),
    ],
    ids=["no table", "others", "no byte"],
)
def test_a_database_without_a_known_table_is_refused_and_told_which_are_known(
    tmp_path: Path, content: bytes, held: str
) -> None:
    outcome = take(tmp_path, content, name="t.db")
    ((code, reason),) = outcome.rows("select file_reason_code, file_reason from file_outcomes")
    known = "engineer_profile, performance_metrics, productivity_metrics, cost_savings"
    assert code == "no_known_table"
    assert reason.startswith(f"has none of the tables {known}, copilot_metrics; it holds {held}")


def test_the_log_of_a_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    outcome = take(tmp_path, b"7\x7f\x06\x82" * 100, name="a/t.db-wal")
    assert outcome.rows("select file_reason_code, file_reason from file_outcomes") == [
        (
            "unknown_kind",
            "is the log of a database: close the database, which is then whole, and deliver that",
        )
    ]


def test_what_is_unknown_is_kept_or_named(tmp_path: Path) -> None:
    outcome = take(
        tmp_path,
        database(
            "create table diary (text); insert into diary values ('secret');"
            "alter table performance_metrics add column model text;"
            f"update performance_metrics set model = 'm-1, see {ADA}' where id = 1"
        ),
        name="t.db",
    )
    assert [row["extras"] for row in outcome.all("capability_execution")] == [
        '{"model":"m-1, see [e-mail]"}', None
    ]  # fmt: skip
    assert outcome.rows(
        "select kind, finding, field, n_records from parsed_findings order by 2"
    ) == [
        ("capability_execution", "unknown_field", "model", 1),
        (None, "unknown_table", "diary", 1),
    ]


def test_missing_columns_are_missing_values(tmp_path: Path) -> None:
    schema = (
        "create table performance_metrics (engineer_email, capability, timestamp);"
        "create table copilot_metrics (engineer_email, memory_hits)"
    )
    rows = (
        f"insert into performance_metrics values ('{ADA}', 'c', '2025-10-06T10:00:00');"
        f"insert into copilot_metrics values ('{ADA}', 5)"
    )
    outcome = take(tmp_path, database(rows=rows, schema=schema), name="t.db")
    row = outcome.one("capability_execution")
    assert own(row, "duration_ms", "is_successful", "tokens_saved") == (None, None, None)
    assert outcome.rows("select kind, reason_code, reason from rejected") == [
        ("copilot_day", "missing_timestamp", "copilot_metrics row 1: has no metric_date")
    ]


def test_the_example_report_lands_whole(tmp_path: Path) -> None:
    content = (DEMO / "exports/emily-business-value-report.yaml").read_bytes()
    zones = {EMILY: "Europe/London"}
    outcome = take(tmp_path, content, name="any-name.yml", engineer_timezones=zones)
    assert landed(outcome) == {
        "engineer_profile": 1, "value_export": 1, "value_export_capability": 5
    }  # fmt: skip
    report = outcome.one("value_export")
    assert own(report, "exported_at", "period_days", "total_executions", "platform") == (
        at("2025-11-12 14:30:00.417"), 30, 194, "Darwin"
    )  # fmt: skip
    assert own(report, "tokens_saved", "cost_saved_usd", "roi_multiplier", "acceptance_rate") == (
        600121, 18.0, 60.2, 0.883
    )  # fmt: skip
    own_columns = [field.column for field in outcome.source.by_name["value_export"].own_fields]
    assert [column for column in own_columns if report[column] is None] == []
    review = outcome.all("value_export_capability")[0]
    assert own(review, "capability", "executions", "p99_ms", "performance_trend") == (
        "code_review", 30, 2868.0, "degrading"
    )  # fmt: skip
    assert review["errors"].startswith('[{"count":2,"type":"unknown"},{"count":1,')
    profile = outcome.one("engineer_profile")
    assert own(profile, "cpu", "ram_gb", "cortex_version") == ("Apple M1", 16, "2.0.5")
    assert outcome.rows("select email, name from parsed_people") == [(EMILY, "Emily Davis")]
    assert outcome.rows("from parsed_findings") == []


def test_the_report_of_the_seed_has_no_date_and_stands_where_it_was_received(
    tmp_path: Path,
) -> None:
    outcome = take(
        tmp_path,
        f"engineer_profile: {{name: Ada, email: {ADA}, machine: {{platform: Linux}}}}\n"
        "executive_summary: {cost_savings_usd: 847.50, time_saved_hours: 24.5, quality_score: 82}\n"
        "cost_savings: {total_tokens_saved: 425000}\n",
        name="report.yaml",
    )
    report = outcome.one("value_export")
    assert own(report, "observed_at", "exported_at", "period_days") == (RECEIVED, RECEIVED, None)
    assert own(report, "cost_saved_usd", "time_saved_hours", "quality_score") == (847.5, 24.5, 82.0)


@pytest.mark.parametrize(
    ("written", "landed_as"),
    [
        ("yes", "yes"),
        ("010", "010"),
        ("12:30:45", "12:30:45"),
        ("1e3", "1e3"),
        ("2025-11-12", "2025-11-12"),
        ('"\\U0001F4B0 caf\\xE9"', "💰 café"),
        ("'a\n\n    b\n    c'", "a\nb c"),
        ("~", None),
        ("''", None),
    ],
)
def test_every_scalar_of_a_report_stays_the_text_that_it_is(
    tmp_path: Path, written: str, landed_as: str | None
) -> None:
    outcome = take(
        tmp_path,
        f"engineer_profile:\n  email: {ADA}\n  machine:\n    cpu: {written}\n",
        name="report.yaml",
    )
    assert outcome.one("engineer_profile")["cpu"] == landed_as


@pytest.mark.parametrize("written", ["yes", "012", "1_000", "12:30", "0x10", "1.5", "many", "[1]"])
def test_what_is_no_whole_number_is_not_read_as_one(tmp_path: Path, written: str) -> None:
    outcome = take(
        tmp_path,
        f"engineer_profile: {{email: {ADA}}}\nproductivity: {{total_commits: {written}}}\n",
        name="report.yaml",
    )
    assert landed(outcome) == {"engineer_profile": 1}
    assert [code for *_, code in outcome.rejected()] == ["wrong_type"]


TEAM = """\
report_metadata: {generated_at: '2025-11-12T14:30:00', engineers_analyzed: 2, reports_processed: 2}
executive_summary:
  total_cost_savings_usd: 32.83
  annual_projection_usd: 393.96
  total_time_saved_hours: 57.8
  avg_roi_multiplier: 58.2
  total_commits: 278
  total_prs_merged: 24
  team_copilot_memory_hit_rate: 0.898
  recommendation: "\\U0001F3C6 Excellent"
engineers:
- &id001
  name: Ada Lovelace
  email: ada@company.example
  platform: Linux
  cost_savings_usd: 18.0
  time_saved_hours: 29.9
  commits: 131
  prs_merged: 12
  roi_multiplier: 60.2
  memory_hit_rate: 0.906
- &id002 {name: Bo, email: bo@company.example, cost_savings_usd: 14.83, commits: 147}
rankings:
  top_cost_savers: [*id001, *id002]
  top_producers: [*id002, *id001]
platform_analysis: {Linux: {engineers: [Ada Lovelace]}}
"""


def test_a_team_report_with_anchors_lands(tmp_path: Path) -> None:
    outcome = take(tmp_path, TEAM, name="team-analytics-november-2025.yaml")
    assert landed(outcome) == {"team_export": 1, "team_export_engineer": 2}
    team = outcome.one("team_export")
    assert own(team, "generated_at", "engineers_analyzed", "total_commits") == (
        at("2025-11-12 14:30:00"), 2, 278
    )  # fmt: skip
    assert own(team, "total_cost_savings_usd", "team_memory_hit_rate") == (32.83, 0.898)
    ada, bo = outcome.all("team_export_engineer")
    assert own(ada, "engineer_hash", "platform", "commits", "memory_hit_rate") == (
        pseudonym(ADA, KEY), "Linux", 131, 0.906
    )  # fmt: skip
    assert own(bo, "cost_savings_usd", "time_saved_hours", "generated_at") == (
        14.83, None, at("2025-11-12 14:30:00")
    )  # fmt: skip
    assert outcome.rows("select email, name from parsed_people order by 1") == [
        (ADA, "Ada Lovelace"), ("bo@company.example", "Bo")
    ]  # fmt: skip
    assert outcome.rows("from parsed_findings") == []
    assert {row["extras"] for row in (team, ada, bo)} == {None}


def test_what_a_report_does_not_know_is_kept_without_its_people(tmp_path: Path) -> None:
    outcome = take(
        tmp_path,
        f"engineer_profile: {{email: {ADA}, nickname: Enchantress, machine: {{gpu: g-1}}}}\n"
        "productivity: {total_commits: 5, total_reverts: 2}\n"
        f"note: from {ADA}\n",
        name="report.yaml",
    )
    assert outcome.one("value_export")["extras"] == (
        '{"note":"from [e-mail]","productivity.total_reverts":"2"}'
    )
    hidden = '{"machine_gpu":"[personal]","nickname":"[personal]"}'
    assert outcome.one("engineer_profile")["extras"] == hidden
    assert outcome.fates()["parsed"] == 2


def test_what_a_report_says_of_itself_holds_for_its_parts(tmp_path: Path) -> None:
    said = "client_id: atlas\nprovenance: simulated\n"
    own_report = (
        f"engineer_profile: {{name: Ada, email: {ADA}}}\n"
        "performance: {capabilities: [{name: code_review, metrics: {total_executions: 3}}]}\n"
    )
    (tmp_path / "own").mkdir()
    (tmp_path / "team").mkdir()
    report = take(tmp_path / "own", f"{said}{own_report}", name="report.yaml")
    team = take(tmp_path / "team", f"{said}{TEAM}", name="team.yaml")
    rows = [
        row
        for outcome, kind in (
            *((report, "value_export"), (report, "value_export_capability")),
            *((report, "engineer_profile"), (team, "team_export"), (team, "team_export_engineer")),
        )
        for row in outcome.all(kind)
    ]
    assert len(rows) == 6
    assert {own(row, "client_id", "provenance", "extras") for row in rows} == {
        ("atlas", "simulated", None)
    }
