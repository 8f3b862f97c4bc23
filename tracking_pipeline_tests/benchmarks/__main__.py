"""``python -m tracking_pipeline_tests.benchmarks [RECORDS]``: ratios against yardsticks."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tracking_pipeline_tests.benchmarks import (
    builds,
    collection,
    days,
    ingestion,
    main_job,
    telemetry,
)
from tracking_pipeline_tests.benchmarks.ratio import Ratio
from tracking_pipeline_tests.benchmarks.synthetic import write_logs

FIRST_DAY = date(2026, 1, 4)

_PARTS: dict[str, Callable[[Path, Path], list[Ratio]]] = {
    "ingestion": ingestion.measure,
    "main job": main_job.measure,
}


def main() -> None:
    """Make the input, measure each part against its yardstick and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="?", type=int, default=1_000_000)
    records: int = parser.parse_args().records
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        logs = room / "logs.jsonl"
        size = write_logs(logs, records, first_day=FIRST_DAY, days=28)
        _say(f"{records:,} synthetic records, {size / 1e6:,.0f} MB; the better of two runs of each")
        for name, measure in _PARTS.items():
            _print(measure(logs, room / name.replace(" ", "_")))
        logs.unlink()
        _print(days.measure(room / "days"))
        _print(builds.measure(room / "builds"))
        _print(collection.measure(room / "collection"))
        _print(telemetry.measure(room / "telemetry"))


def _print(ratios: list[Ratio]) -> None:
    for ratio in ratios:
        _say(ratio.line())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
