"""``python -m tracking_pipeline_tests.benchmarks [RECORDS [PART…]]``: ratios against yardsticks."""

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
    start_up,
    telemetry,
)
from tracking_pipeline_tests.benchmarks.ratio import HEAD, Ratio
from tracking_pipeline_tests.benchmarks.synthetic import write_logs

FIRST_DAY = date(2026, 1, 4)
_PARTS: dict[str, Callable[[Path], list[Ratio]]] = {
    "start_up": start_up.measure,
    "days": days.measure,
    "builds": builds.measure,
    "collection": collection.measure,
    "telemetry": telemetry.measure,
}


def main() -> None:
    """Make the input, measure each part against its yardstick and print the ratios as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", nargs="?", type=int, default=1_000_000)
    parser.add_argument("parts", nargs="*", help=f"of ingestion, {', '.join(_PARTS)}; default: all")
    given = parser.parse_args()
    wanted = given.parts or ["ingestion", *_PARTS]
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        _say(f"CPU seconds, the better of some runs; ingestion of {given.records:,} records")
        _say(HEAD)
        if "ingestion" in wanted:
            logs = room / "logs.jsonl"
            write_logs(logs, given.records, first_day=FIRST_DAY, days=28)
            _print(ingestion.measure(logs, room / "ingestion"))
            logs.unlink()
        for name in (each for each in _PARTS if each in wanted):
            _print(_PARTS[name](room / name))


def _print(ratios: list[Ratio]) -> None:
    for ratio in ratios:
        _say(ratio.line())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
