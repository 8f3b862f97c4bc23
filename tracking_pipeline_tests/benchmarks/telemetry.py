"""The telemetry of 50 engineers over a year, from their databases to published tables."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from tracking_pipeline.demo.company.assistant import recorded, workdays
from tracking_pipeline.demo.company.team import team
from tracking_pipeline.demo.company.telemetry import database
from tracking_pipeline.demo.home import mark_as_demo
from tracking_pipeline.pipeline import building, loading, publishing
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.benchmarks.ratio import Ratio, cpu_seconds

N_ENGINEERS = 50
_DAYS = 365
_LAST_DAY = date(2026, 1, 3)
_UNTIL = datetime(2026, 1, 5, tzinfo=UTC)
_TABLES = (
    "engineer_profile",
    "performance_metrics",
    "productivity_metrics",
    "cost_savings",
    "copilot_metrics",
)


def measure(room: Path) -> list[Ratio]:
    """Return the CPU of landing and of all tables over that of only reading the same files."""
    settings = Settings(home=room / "home", stable_seconds=0)
    mark_as_demo(settings, _UNTIL)
    folder = settings.landing_dir / "telemetry"
    _write(folder)
    reading = min(cpu_seconds(lambda: _read(folder)) for _ in range(2))
    landing = cpu_seconds(lambda: loading.ingest(settings, progress=lambda _: None))
    tables = cpu_seconds(lambda: _tables(settings))
    shutil.rmtree(room)
    what, name = f"{N_ENGINEERS} engineers x 1 year", "Python's sqlite3 reading all rows"
    return [
        Ratio(f"{what}, landing", landing, reading, name, 100),
        Ratio(f"{what}, tables", tables, reading, name, 50),
    ]


def _write(folder: Path) -> None:
    folder.mkdir(parents=True)
    days, mates = workdays(_LAST_DAY, _DAYS), team().engineers
    for number, rng in enumerate(np.random.default_rng(0).spawn(N_ENGINEERS)):
        mate = replace(mates[number % len(mates)], key=f"engineer_{number:02}")
        (folder / f"{mate.key}.db").write_bytes(database(mate, recorded(mate, rng, days, _UNTIL)))


def _read(folder: Path) -> None:
    for file in folder.iterdir():
        with closing(sqlite3.connect(file)) as con:
            for table in _TABLES:
                con.execute(f"select * from {table}").fetchall()


def _tables(settings: Settings) -> None:
    building.build(settings, progress=lambda _: None)
    publishing.analyse(settings)
    publishing.publish(settings)
