"""Ingestion against DuckDB's own typed reader on the same bytes."""

import shutil
from pathlib import Path

import duckdb

from tracking_pipeline.landing import archive
from tracking_pipeline.pipeline import loading
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.benchmarks.ratio import (
    Process,
    Ratio,
    cpu_seconds,
    run_process,
    tracking,
)

_COLUMNS = """{
    log_type: 'VARCHAR', session_id: 'VARCHAR', timestamp: 'VARCHAR',
    lead_identifier: 'STRUCT(name VARCHAR, company VARCHAR, industry VARCHAR,
        linkedin_url VARCHAR)',
    generation_input: 'STRUCT(traits_detected VARCHAR[], data_quality_score DOUBLE,
        company_description VARCHAR, website_tone VARCHAR, services_available VARCHAR[])',
    generation_output: 'STRUCT(messaging_angle VARCHAR, campaign_tone VARCHAR,
        message_quality_score DOUBLE, message_type VARCHAR, fallback_used BOOLEAN,
        generated_message VARCHAR)',
    message_analysis: 'STRUCT(generation_duration DOUBLE)',
    enrichment_input: 'STRUCT(initial_data_quality DOUBLE, website_data_available BOOLEAN,
        existing_email VARCHAR, company_description_length BIGINT)',
    enrichment_output: 'STRUCT(email_found BOOLEAN, email_confidence_level VARCHAR,
        engagement_status VARCHAR, final_data_quality DOUBLE, enrichment_method VARCHAR)',
    input_data: 'STRUCT(scraping_target VARCHAR, max_leads BIGINT)',
    output_data: 'STRUCT(total_leads_found BIGINT, scraping_duration DOUBLE, success_rate DOUBLE,
        success BOOLEAN, record_id VARCHAR, fields_synced BIGINT, response_code BIGINT,
        sync_timestamp VARCHAR)',
    decision_reasoning: 'STRUCT(domain_discovery VARCHAR, email_methods VARCHAR[],
        confidence_level VARCHAR, enrichment_duration DOUBLE, method_used VARCHAR,
        processing_time DOUBLE, success BOOLEAN)',
    training_labels: 'STRUCT(message_approved BOOLEAN, personalization_level VARCHAR,
        tone_appropriateness VARCHAR, conversion_potential VARCHAR, enrichment_success BOOLEAN,
        email_quality VARCHAR, engagement_readiness BOOLEAN, data_improvement BOOLEAN,
        quality_score DOUBLE, success_indicator BOOLEAN, improvement_potential VARCHAR)'
}"""

_MOST_MB = 2_000.0
_MOST_OF_TEN = 11


def measure(logs: Path, room: Path) -> list[Ratio]:
    """Return the rate of ingestion with and without the archive copy, and the cost of a whole run.

    The yardstick of each is DuckDB's typed reader on the same bytes; the last line is the run's
    peak memory.
    """
    room.mkdir()
    # First: what this process reads itself would count as the run's memory.
    run = _run(logs, room / "run")
    typed = min(_typed_reader(logs, room / f"{n}.duckdb") for n in range(2))
    copy = min(_archive_copy(logs, room / f"archive{n}") for n in range(2))
    whole = min(_ingestion(logs, room / f"home{n}") for n in range(2))
    shutil.rmtree(room)
    megabytes = logs.stat().st_size / 1e6
    rate, name = megabytes / typed, "DuckDB's typed read_json into a table"

    def ratio(what: str, took: float, goal: float | None) -> Ratio:
        return Ratio(what, megabytes / took, rate, name, goal, "at least", "MB/s")

    return [
        ratio("ingestion without the archive copy", whole - copy, 0.6),
        ratio("ingestion with the archive copy", whole, None),
        Ratio("landing → weekly reports, `tracking run`", run.seconds, typed, name),
        Ratio("the same, peak memory", run.peak_mb, _MOST_MB, "the bound", 1, unit="MB"),
    ]


def measure_whole(small: Path, large: Path, room: Path) -> list[Ratio]:
    """Return what a run costs whose logs are ten times as many, and its peak memory."""
    room.mkdir()
    one, ten = _run(small, room / "one"), _run(large, room / "ten")
    shutil.rmtree(room)
    what = "landing → weekly reports, ten times the records"
    return [
        Ratio(what, ten.seconds, one.seconds, "a tenth of them", _MOST_OF_TEN),
        Ratio("the same, peak memory", ten.peak_mb, _MOST_MB, "the bound", 1, unit="MB"),
    ]


def _typed_reader(logs: Path, file: Path) -> float:
    reader = f"read_json('{logs}', format = 'newline_delimited', columns = {_COLUMNS})"
    with duckdb.connect(str(file)) as con:
        return cpu_seconds(lambda: con.execute(f"create table records as select * from {reader}"))


def _archive_copy(logs: Path, folder: Path) -> float:
    seen = logs.stat()
    state = (seen.st_size, seen.st_mtime_ns)
    return cpu_seconds(
        lambda: archive.settle(folder, [archive.copy_in(folder, logs, state, resume=None)])
    )


def _ingestion(logs: Path, home: Path) -> float:
    """Return the CPU seconds from the first look at a landed file to its commit."""
    settings = Settings(home=home, stable_seconds=0)
    landed = settings.landing_dir / "engine_logs" / logs.name
    landed.parent.mkdir(parents=True)
    landed.hardlink_to(logs)
    return cpu_seconds(lambda: loading.ingest(settings, progress=lambda _: None))


def _run(logs: Path, home: Path) -> Process:
    """Return what `tracking run` takes, from the landed file to the reports."""
    landed = home / "landing" / "engine_logs" / logs.name
    landed.parent.mkdir(parents=True)
    landed.hardlink_to(logs)
    environment = {"TRACKING_HOME": str(home), "TRACKING_STABLE_SECONDS": "0"}
    return run_process(tracking("run"), environment, home)
