"""Rows of the engines' landed tables, given by hand."""

import json
from collections.abc import Mapping
from datetime import date, datetime

import duckdb

_DELIVERY = """
insert into landing.manifest by name
select
    $file as file_id, $batch as batch_id, 'engine_metrics' as source, $path as relative_path,
    $content as content_hash, $outcome as outcome, timestamp '2026-03-01' + $batch * interval 1 day
        as received_at,
    0 as n_records, 0 as n_accepted, 0 as n_duplicate, 0 as n_quarantined, 0 as n_blank,
    0 as n_pending
"""


def deliver(
    con: duckdb.DuckDBPyConnection,
    path: str,
    batch: int,
    content: str,
    outcome: str = "loaded",
) -> str:
    """Enter a delivery in the manifest and return its file."""
    file = f"{path}:{batch}"
    con.execute(
        _DELIVERY,
        {"file": file, "batch": batch, "path": path, "content": content, "outcome": outcome},
    )
    return file


def insert(con: duckdb.DuckDBPyConnection, table: str, **values: object) -> None:
    """Insert one row; what is left out of the common columns has a plain value."""
    row = {
        "record_id": str(sorted(values.items(), key=str)),
        "client_id": "acme",
        "observed_at": datetime(2026, 3, 1),  # noqa: DTZ001 - the tables hold UTC without a zone
        "provenance": "measured",
        "line_number": 1,
        **values,
    }
    names = ", ".join(row)
    places = ", ".join(f"${name}" for name in row)
    con.execute(f"insert into landing.{table} ({names}) values ({places})", row)


def observe(  # noqa: PLR0913 - an observation has as many parts
    con: duckdb.DuckDBPyConnection,
    engine: str,
    at: str,
    batch: int,
    metrics: Mapping[str, object],
    *,
    client: str = "acme",
    units: float = 100,
) -> None:
    """Insert an observation of an engine at a UTC time."""
    insert(
        con,
        "engine_observation",
        client_id=client,
        engine_id=engine,
        observed_at=datetime.fromisoformat(at),
        batch_id=batch,
        file_id=f"engines.jsonl:{batch}",
        metrics=json.dumps(metrics),
        operational_cost_usd=4.0,
        value_generated_usd=60.0,
        units_of_work=units,
    )


def benchmark(
    con: duckdb.DuckDBPyConnection, file: str, batch: int, metric: str, value: float
) -> None:
    """Insert a benchmark of every client."""
    insert(
        con,
        "engine_benchmark",
        client_id="",
        file_id=file,
        batch_id=batch,
        metric_name=metric,
        benchmark_value=value,
        source="a study",
        source_date=date(2026, 1, 1),
    )
