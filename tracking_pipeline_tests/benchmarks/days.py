"""One more day after one month and after twelve months of history."""

import shutil
from datetime import date, timedelta
from pathlib import Path

from tracking_pipeline.pipeline import building, loading, publishing
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.benchmarks.ratio import Ratio, cpu_seconds
from tracking_pipeline_tests.benchmarks.synthetic import write_logs

_RECORDS_A_DAY = 5_000
_LAST_DAY = date(2026, 1, 4)
_REPEATS = 5


def measure(room: Path) -> list[Ratio]:
    """Return the CPU of one more day with a year of history over that with a month."""
    month, year = _one_more_day(room / "month", 30), _one_more_day(room / "year", 365)
    what = f"one more day ({_RECORDS_A_DAY:,} records) after 12 months"
    return [Ratio(what, year, month, "the same after 1 month", 1.1)]


def _one_more_day(home: Path, days_of_history: int) -> float:
    """Return the cheapest of some days' ingest, build, analyse and publish."""
    settings = Settings(home=home, stable_seconds=0)
    first = _LAST_DAY - timedelta(days=days_of_history)
    _land(settings, first, days_of_history)
    _update(settings)
    took = []
    for day in range(_REPEATS):
        _land(settings, _LAST_DAY + timedelta(days=day), 1)
        took.append(cpu_seconds(lambda: _update(settings)))
    shutil.rmtree(home)
    return min(took)


def _land(settings: Settings, first_day: date, days: int) -> None:
    file = settings.landing_dir / "engine_logs" / f"{first_day}.jsonl"
    write_logs(file, _RECORDS_A_DAY * days, first_day=first_day, days=days)


def _update(settings: Settings) -> None:
    loading.ingest(settings, progress=lambda _: None)
    building.build(settings, progress=lambda _: None)
    publishing.analyse(settings)
    publishing.publish(settings)
