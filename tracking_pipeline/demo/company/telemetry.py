"""The demo team's telemetry as it is delivered: databases, recorded lines, exported reports."""

import gzip
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl

from tracking_pipeline.demo.company.assistant import Recorded, recorded, workdays
from tracking_pipeline.demo.company.business_value import business_value
from tracking_pipeline.demo.company.team import Teammate, team

_TABLES: Final = Path(__file__).with_name("performance_telemetry.sql")
_KINDS: Final = {
    "performance_metrics": "capability_execution",
    "productivity_metrics": "productivity_day",
    "cost_savings": "cost_saving_day",
    "copilot_metrics": "copilot_day",
}
_AMOUNTS: Final = ("commits_count", "tokens_saved_count", "estimated_cost_saved_usd")
_VERSIONS: Final = {"python_version": "3.11.7", "cortex_version": "2.0.5"}
_EXPORTED: Final = time(17, 30)

Files = Iterator[tuple[str, bytes]]


def telemetry(seed: int, last_day: date, until: datetime) -> Files:
    """Yield name and bytes of every file that the team delivers on time."""
    for mate, made in _recorded(seed, last_day, until):
        if mate.delivers == "exports":
            yield from _exports(mate, made, last_day)
        elif mate.delivers == "lines":
            yield (
                f"recorded_{mate.key}.jsonl.gz",
                gzip.compress(_lines(mate, made), mtime=0),
            )
        elif mate.key == team().again.engineer:
            yield _name(mate), database(mate, _as_delivered_first(made, last_day))
        else:
            yield _name(mate), database(mate, made)


def telemetry_again(seed: int, last_day: date, until: datetime) -> Files:
    """Yield the database that is delivered again, with one day more and another one corrected."""
    for mate, made in _recorded(seed, last_day, until):
        if mate.key == team().again.engineer:
            yield _name(mate), database(mate, made)


def database(mate: Teammate, made: Recorded) -> bytes:
    """Return the engineer's SQLite database: the same bytes for the same rows."""
    with closing(sqlite3.connect(":memory:")) as con:
        con.executescript(_TABLES.read_text(encoding="utf-8"))
        profile = _profile(mate, made)
        _insert(con, "engineer_profile", [*profile], [tuple(profile.values())])
        for table in fields(made):
            marks = {name: pl.lit(said) for name, said in _marks(mate).items()}
            rows = getattr(made, table.name).with_columns(**marks)
            _insert(con, table.name, rows.columns, rows.rows())
        con.commit()
        return con.serialize()


def _name(mate: Teammate) -> str:
    return f"{mate.key}-performance_telemetry.db"


def _recorded(seed: int, last_day: date, until: datetime) -> Iterator[tuple[Teammate, Recorded]]:
    engineers, days = team().engineers, workdays(last_day)
    for mate, rng in zip(engineers, np.random.default_rng(seed).spawn(len(engineers)), strict=True):
        yield mate, recorded(mate, rng, days, until)


def _as_delivered_first(made: Recorded, last_day: date) -> Recorded:
    """Return what a database held before one day was added and another one corrected."""
    days, again = workdays(last_day)[::-1], team().again
    noon = f"{days[again.corrected]} 12:00:00"
    is_wrong = pl.col("metric_date") == str(days[again.corrected])
    first = made.where(pl.col("metric_date") != days[again.missing])
    return Recorded(
        first.performance_metrics,
        *(
            table.with_columns(
                pl.when(is_wrong).then(pl.lit(noon)).otherwise("created_at").alias("created_at"),
                *(
                    pl.when(is_wrong).then(pl.col(name) // 2).otherwise(name).alias(name)
                    for name in _AMOUNTS
                    if name in table.columns
                ),
            )
            for table in (first.productivity_metrics, first.cost_savings, first.copilot_metrics)
        ),
    )


def _insert(
    con: sqlite3.Connection, table: str, columns: list[str], rows: list[tuple[Any, ...]]
) -> None:
    places = ", ".join("?" * len(columns))
    # Table and columns are our own.
    con.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)


def _marks(mate: Teammate) -> dict[str, str]:
    """Return what each row says of itself."""
    return {
        "engineer_email": mate.email,
        "client_id": team().client_id,
        "provenance": "simulated",
    }


def _profile(mate: Teammate, made: Recorded) -> dict[str, Any]:
    installed = f"{made.cost_savings['metric_date'][0]}T08:55:00.000000"
    return {
        **_marks(mate),
        "engineer_name": mate.name,
        "machine_hostname": f"{mate.key}.demo.example",
        "machine_platform": mate.platform,
        "cpu_info": "Apple M2" if mate.platform == "Darwin" else "Intel Core i7",
        "ram_gb": 32,
        **_VERSIONS,
        "installation_date": installed,
        "last_updated": installed,
    }


def _lines(mate: Teammate, made: Recorded) -> bytes:
    rows = [{"kind": "engineer_profile", **_profile(mate, made)}]
    for table, kind in _KINDS.items():
        told = pl.DataFrame(getattr(made, table)).to_dicts()
        rows += [{"kind": kind, **_marks(mate), **row} for row in told]
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def _exports(mate: Teammate, made: Recorded, last_day: date) -> Files:
    own = [each for each in team().exports if each.engineer == mate.key]
    for number, export in enumerate(own, 1):
        at = datetime.combine(last_day - timedelta(days=export.ago), _EXPORTED)
        held = pl.col("metric_date").is_between(at.date() - timedelta(days=export.days), at.date())
        content = business_value(_profile(mate, made), made.where(held), at, export)
        yield f"{mate.key}-{number}-business-value-report.yaml", content
