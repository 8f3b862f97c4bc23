"""Databases, reports and lines of engineers' telemetry, and one call of ``read`` with them."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline_tests.sources.intake_case import NEVER_BULK, Outcome, deliver

SOURCE = SOURCES["telemetry"]
ADA = "ada@company.example"

SCHEMA = """
create table engineer_profile (
    id integer primary key, engineer_name text not null, engineer_email text unique not null,
    machine_hostname text, machine_platform text, cpu_info text, ram_gb integer,
    python_version text, cortex_version text, installation_date text
);
create table performance_metrics (
    id integer primary key, engineer_email text not null, capability text not null,
    duration_ms real, success integer, error_type text, tokens_saved integer default 0,
    context_size_tokens integer default 0, timestamp text not null
);
create table productivity_metrics (
    id integer primary key, engineer_email text not null, metric_date text not null,
    commits_count integer default 0, prs_created integer default 0, prs_merged integer default 0,
    lines_added integer default 0, lines_deleted integer default 0,
    test_coverage_percent real default 0, bugs_fixed integer default 0,
    code_reviews_completed integer default 0, unique(engineer_email, metric_date)
);
create table cost_savings (
    id integer primary key, engineer_email text not null, metric_date text not null,
    tokens_saved_count integer default 0, api_calls_avoided integer default 0,
    estimated_cost_saved_usd real default 0, time_saved_minutes integer default 0,
    unique(engineer_email, metric_date)
);
create table copilot_metrics (
    id integer primary key, engineer_email text not null, metric_date text not null,
    memory_hits integer default 0, memory_misses integer default 0,
    context_injections integer default 0, avg_context_tokens integer default 0,
    suggestions_accepted integer default 0, suggestions_rejected integer default 0,
    unique(engineer_email, metric_date)
);
"""
"""The tables as the seed gives them."""

ROWS = f"""
insert into engineer_profile values
    (1, 'Ada Lovelace', '{ADA}', 'engine.local', 'Linux', 'Analytical', 0, '3.11', '2.0.5', null);
insert into performance_metrics values
    (1, '{ADA}', 'code_review', 120.5, 1, null, 300, 900, '2025-10-06T10:00:00'),
    (2, '{ADA}', 'code_review', 80, 0, 'timeout', 0, 900, '2025-10-06T11:00:00');
insert into productivity_metrics values (1, '{ADA}', '2025-10-06', 7, 2, 1, 700, 30, 83.5, 1, 2);
insert into cost_savings values (1, '{ADA}', '2025-10-06', 20000, 30, 0.6, 70);
insert into copilot_metrics values (1, '{ADA}', '2025-10-06', 18, 2, 25, 1850, 42, 8);
"""


def database(statements: str = "", rows: str = ROWS, schema: str = SCHEMA) -> bytes:
    """The bytes of a database, on which ``statements`` were run at last."""
    with closing(sqlite3.connect(":memory:")) as con:
        con.executescript(f"{schema};{rows};{statements}")
        return bytes(con.serialize())


def take(
    folder: Path,
    *contents: bytes | str,
    name: str = "telemetry.jsonl",
    timezone: str = "UTC",
    bulk_bytes: int = NEVER_BULK,
    **settings: object,
) -> Outcome:
    """What comes of files of one name."""
    raw = [content.encode() if isinstance(content, str) else content for content in contents]
    return deliver(
        folder,
        *raw,
        source=SOURCE,
        name=name,
        timezone=timezone,
        bulk_bytes=bulk_bytes,
        **settings,  # type: ignore[arg-type]
    )


def landed(outcome: Outcome) -> dict[str, int]:
    """How many rows each kind has, of those that have any."""
    rows = {kind.name: len(outcome.all(kind.name)) for kind in SOURCE.kinds}
    return {name: number for name, number in rows.items() if number}


def own(row: dict[str, Any], *columns: str) -> tuple[Any, ...]:
    """Some columns of a row."""
    return tuple(row[column] for column in columns)
