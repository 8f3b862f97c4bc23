import json
import re
from pathlib import Path

import duckdb
import pytest

import tracking_pipeline
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.engine_logs import SOURCE
from tracking_pipeline.sources.read import read
from tracking_pipeline.sources.record import SourceFile
from tracking_pipeline_tests.sources.intake_case import KEY, NOW, Outcome, deliver

DEMO = Path(tracking_pipeline.__file__).parent / "demo" / "engine_logs"


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    con = duckdb.connect()
    files = [
        SourceFile(str(path.relative_to(DEMO)), path, 0, SOURCE.timezone, "acme", "measured")
        for path in sorted(DEMO.rglob("*.json"))
    ]
    read(con, SOURCE, files, Settings(), key=KEY, now=NOW)
    return Outcome(con)


def test_every_shipped_log_is_read_and_none_is_refused(outcome: Outcome) -> None:
    assert outcome.rows("select count(*) from file_outcomes") == [(570,)]
    assert outcome.fates() == {
        "n_records": 590,
        "parsed": 590,
        "rejected": 0,
        "blank": 0,
        "pending": 0,
    }


@pytest.mark.parametrize(
    ("folder", "kind", "expected"),
    [
        ("one_week", "campaign_generation", 180),
        ("one_week", "enrichment_decision", 140),
        ("one_week", "website_analysis", 40),
        ("one_week", "airtable_operation", 45),
        ("brain_trace_logs", "brain_trace", 63),
        ("database_logs", "database_operation", 31),
        ("database_logs", "error_log", 10),
        ("database_logs", "performance_metrics", 47),
        ("production_logs/campaign_generation", "campaign_generation", 3),
        ("production_logs/enrichment_decisions", "enrichment_decision", 4),
    ],
)
def test_each_folder_gives_its_records(
    outcome: Outcome, folder: str, kind: str, expected: int
) -> None:
    query = f"select count(*) from parsed_{kind} where starts_with(file_id, '{folder}/')"
    assert outcome.rows(query) == [(expected,)]


def test_each_training_set_expands_to_the_records_it_announces(outcome: Outcome) -> None:
    query = "select file_id, n_records from file_outcomes where contains(file_id, 'training_data')"
    announced = {
        str(path.relative_to(DEMO)): json.loads(path.read_text())["dataset_info"]["total_records"]
        for path in DEMO.rglob("training_dataset_*.json")
    }
    assert dict(outcome.rows(query)) == announced
    assert (min(announced.values()), max(announced.values()), len(announced)) == (1, 7, 7)


def test_records_of_training_sets_are_the_records_of_the_logs(outcome: Outcome) -> None:
    query = """
        select count(distinct record_id) from (
            select record_id, file_id from parsed_campaign_generation
            union all select record_id, file_id from parsed_enrichment_decision
        ) where starts_with(file_id, 'production_logs/')
    """
    assert outcome.rows(query) == [(7,)]


def test_naive_times_are_read_in_toronto(outcome: Outcome) -> None:
    query = (
        "select observed_at::varchar from parsed_enrichment_decision "
        "where ends_with(file_id, 'enrichment_20250801_173343_fb06c56d.json')"
    )
    assert outcome.rows(query) == [("2025-08-01 21:33:43.46278",)]


def test_a_brain_trace_is_told_by_its_own_fields(outcome: Outcome) -> None:
    trace = outcome.rows(
        "select session_id, final_status, approval_threshold, node_count, message_count, "
        "duration_s from parsed_brain_trace "
        "where contains(file_id, '20250801_130214_test_batch_003')"
    )
    assert trace == [("campaign_20250801_130214_test_batch_003", "RETRY", None, 9, 1, 6.150214)]


def test_the_threshold_in_force_is_read_from_the_reason(outcome: Outcome) -> None:
    query = "select distinct approval_threshold from parsed_brain_trace order by 1 nulls last"
    assert outcome.rows(query) == [(50.0,), (60.0,), (None,)]


def test_real_contradictions_between_decision_and_label_are_found(outcome: Outcome) -> None:
    query = "select kind, finding, field, sum(n_records)::int from parsed_findings group by all"
    assert outcome.rows(query) == [("enrichment_decision", "label_mismatch", "is_successful", 34)]


def test_no_lead_is_named_in_a_table(outcome: Outcome) -> None:
    named = re.compile(r'"(?:name|Name|email|Email|linkedin_url|LinkedIn_URL)": "([^"]+)"')
    texts = [path.read_text() for path in DEMO.rglob("*.json")]
    people = {value for text in texts for value in named.findall(text)} - {"Unknown"}
    # Two real companies are called like their lead.
    people -= {"Lead_87bb344c", "Lead_880a4421"}
    cells = {
        cell
        for kind in SOURCE.kinds
        for row in outcome.rows(f"select * from parsed_{kind.name}")
        for cell in row
        if isinstance(cell, str)
    }
    assert len(people) > 50
    assert not people & cells
    assert not any("@" in cell for cell in cells)


def test_the_daily_summary_of_the_database_logger_is_refused_whole_and_said_why(
    tmp_path: Path,
) -> None:
    summary = json.dumps({"date": "2025-08-14", "summary": {"operations": 31}}).encode()
    query = "select n_records, n_rejected, file_reason_code, file_reason from file_outcomes"
    outcome = deliver(tmp_path, summary, name="database_logs/daily_summary_20250814.json")
    why = "is the database logger's summary of its other files, which are read themselves"
    assert outcome.rows(query) == [(1, 1, "unknown_kind", why)]
    another = deliver(tmp_path, summary, name="database_logs/summary_20250814.json")
    assert another.rows(query) == [(1, 1, None, None)]
