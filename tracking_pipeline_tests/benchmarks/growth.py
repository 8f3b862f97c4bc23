"""``python -m tracking_pipeline_tests.benchmarks.growth [COLLECTIONS]``: what a day of runs adds.

It collects so many quarters of an hour, drops a few files and validates once, then prints what each
run added to Dagster's storage and to the snapshots, and what a year comes to.
"""

import argparse
import json
import sys
import tempfile
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
_FILES = 4
_A_DAY = {COLLECTION: 96, VALIDATION: 1, ingest_and_build.name: 4}
"""Runs of a day: a collection every quarter of an hour, a validation, a few files."""


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("collections", nargs="?", type=int, default=96)
    n = parser.parse_args().collections
    with tempfile.TemporaryDirectory() as folder, serving({}) as api:
        home = Path(folder)
        settings = Settings(
            home=home,
            stable_seconds=0,
            engine_endpoints={"all": Endpoint(url=api.url("/all"))},
            allowed_hosts=HOST,
        )
        with instance_in(home / "dagster") as instance:
            _simulate(_Company(settings, api, instance), n)


class _Company:
    """A home with its Dagster, and the API that it collects from."""

    def __init__(self, settings: Settings, api: FakeApi, instance: dg.DagsterInstance) -> None:
        self.settings, self._api, self._instance = settings, api, instance
        self._defs = definitions()
        self.moment = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)

    def run(self, job: str) -> None:
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


def _simulate(company: _Company, n: int) -> None:
    for day in range(_DAYS, 0, -1):
        company.drop(f"history-{day}", day)
    company.run(ingest_and_build.name)
    for _ in range(2):  # two snapshots are kept, and the first checks of all are told of
        company.collect()
    total, snapshots_before = 0.0, company.sizes()[1]
    print_row("job", "KB a run", "runs a day", "MB a day", "kept, days", "MB kept")
    for job, times in ((COLLECTION, n), (ingest_and_build.name, _FILES), (VALIDATION, 1)):
        before = company.sizes()[0]
        for number in range(times):
            if job == COLLECTION:
                company.collect()
                continue
            if job == ingest_and_build.name:
                company.drop(f"dropped-{number}", number + 0.5)
            company.run(job)
        each = (company.sizes()[0] - before) / times
        days, a_day = KEPT[job] / timedelta(days=1), _A_DAY[job] * each / 1e6
        # What is due goes within the hour, and for as long lies beside what came.
        kept = a_day * (days + 1 / 24)
        total += kept
        print_row(job, f"{each / 1e3:,.0f}", _A_DAY[job], f"{a_day:,.0f}", days, f"{kept:,.0f}")
    snapshots = company.sizes()[1]
    grown = (snapshots - snapshots_before) / n * _A_DAY[COLLECTION] * 365
    print_row("Dagster's storage after a year, MB", f"{total:,.0f}")
    print_row("snapshots now, MB", f"{snapshots / 1e6:,.0f}")
    print_row("snapshots after a year, MB", f"{(snapshots + max(grown, 0)) / 1e6:,.0f}")


def _size(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def print_row(*cells: object) -> None:
    """Print the cells below each other's like."""
    first, *others = map(str, cells)
    sys.stdout.write(f"{first:36}" + "".join(f"{each:>12}" for each in others) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
