"""``python -m tracking_pipeline_tests.benchmarks.growth [DAYS [COLLECTIONS]]``: what runs add.

Each of the days, a week of them by default, collects so many times, drops a few files and validates
once. It prints what each day added to Dagster's storage and to the snapshots, and what a year comes
to. Nothing of it is old enough to go: what retention leaves is calculated.
"""

import argparse
import json
import sys
import tempfile
from contextlib import redirect_stdout
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg

from tracking_pipeline.definitions import definitions
from tracking_pipeline.defs.jobs import COLLECTION, ingest_and_build
from tracking_pipeline.defs.metadata import VALIDATION
from tracking_pipeline.defs.retention import KEPT
from tracking_pipeline.landing.pull import SOURCE
from tracking_pipeline.settings import Endpoint, Settings
from tracking_pipeline_tests.benchmarks.engines import observations
from tracking_pipeline_tests.defs.instance import instance_in
from tracking_pipeline_tests.sources.fake_api import HOST, FakeApi, page, serving

_CLIENTS = 3
_DAYS = 35
_QUARTER = timedelta(minutes=15)
_A_DAY = {COLLECTION: 96, ingest_and_build.name: 4, VALIDATION: 1}
"""Runs of a day: a collection every quarter of an hour, a few files, a validation."""


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("days", nargs="?", type=int, default=7)
    parser.add_argument("collections", nargs="?", type=int, default=_A_DAY[COLLECTION])
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, serving({}) as api:
        home = Path(folder)
        settings = Settings(
            home=home,
            stable_seconds=0,
            engine_endpoints={"all": Endpoint(url=api.url("/all"))},
            allowed_hosts=HOST,
        )
        with instance_in(home / "dagster") as instance:
            begun = datetime.now(UTC).replace(microsecond=0) - timedelta(days=given.days + 1)
            company = _Company(settings, api, instance, begun)
            _simulate(company, given.days, given.collections)


class _Company:
    """A home with its Dagster, and the API that it collects from."""

    def __init__(
        self, settings: Settings, api: FakeApi, instance: dg.DagsterInstance, begun: datetime
    ) -> None:
        self.settings, self._api, self._instance = settings, api, instance
        self._defs = definitions()
        self.moment = begun

    def run(self, job: str) -> None:
        with redirect_stdout(sys.stderr):
            ran = self._defs.resolve_job_def(job).execute_in_process(
                instance=self._instance, resources={"settings": self.settings}
            )
        assert ran.success

    def collect(self) -> None:
        self.moment += _QUARTER
        self._api.routes["/all"] = [page(list(observations(_CLIENTS, self.moment)))]
        self.run(COLLECTION)

    def drop(self, name: str, days: float) -> None:
        """Drop the observations of a moment so many days ago, and load them."""
        file = self.settings.landing_dir / SOURCE / f"{name}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        records = observations(_CLIENTS, self.moment - timedelta(days=days))
        file.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")

    def sizes(self) -> tuple[int, int]:
        """Return the bytes of Dagster's storage and of the snapshots."""
        return _size(self.settings.home_dir / "dagster"), _size(self.settings.snapshots_dir)


def _simulate(company: _Company, days: int, collections: int) -> None:
    for day in range(_DAYS, 0, -1):
        company.drop(f"history-{day}", day)
    company.run(ingest_and_build.name)
    for _ in range(2):  # two snapshots are kept, and the first checks of all are told of
        company.collect()
    begun = company.sizes()[1]
    print_row("day", *(f"{job}, KB" for job in _A_DAY), "Dagster, MB", "snapshots, MB")
    grown = [_grown_in_a_day(company, day, collections) for day in range(1, days + 1)]
    print_row("job", "KB a run", "runs a day", "MB a day", "kept, days", "MB kept")
    total = 0.0
    for job, a_day in _A_DAY.items():
        each = sum(day[job] for day in grown) / days
        kept_days, mb_a_day = KEPT[job] / timedelta(days=1), a_day * each / 1e6
        # What is due goes within the hour, and for as long lies beside what came.
        kept = mb_a_day * (kept_days + 1 / 24)
        total += kept
        row = f"{each / 1e3:,.0f}", a_day, f"{mb_a_day:,.0f}", kept_days, f"{kept:,.0f}"
        print_row(job, *row)
    now = company.sizes()[1]
    coming = max(now - begun, 0) / days / collections * _A_DAY[COLLECTION] * 365
    print_row("Dagster's storage after a year, MB", f"{total:,.0f}")
    print_row("snapshots after a year, MB", f"{(now + coming) / 1e6:,.0f}")


def _grown_in_a_day(company: _Company, day: int, collections: int) -> dict[str, float]:
    """Live a day; return the bytes that a run of each job added to Dagster's storage."""
    grown: dict[str, float] = {}
    for job, times in {**_A_DAY, COLLECTION: collections}.items():
        before = company.sizes()[0]
        for number in range(times):
            if job == COLLECTION:
                company.collect()
                continue
            if job == ingest_and_build.name:
                company.drop(f"dropped-{day}-{number}", number + 0.5)
            company.run(job)
        grown[job] = (company.sizes()[0] - before) / times
    told = (f"{each / 1e3:,.0f}" for each in grown.values())
    print_row(day, *told, *(f"{each / 1e6:,.1f}" for each in company.sizes()))
    return grown


def _size(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def print_row(*cells: object) -> None:
    """Print the cells below each other's like."""
    first, *others = map(str, cells)
    sys.stdout.write(f"{first:34}" + "".join(f"{each:>20}" for each in others) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
