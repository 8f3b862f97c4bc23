"""``python -m tracking_pipeline_tests.benchmarks [RECORDS [PART…]]``: ratios against yardsticks."""

import argparse
import multiprocessing
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
    told = f"of ingestion, {', '.join(_PARTS)} (default: all of these) and whole, a run of all"
    parser.add_argument("parts", nargs="*", help=f"{told} RECORDS and one of a tenth")
    given = parser.parse_args()
    wanted = given.parts or ["ingestion", *_PARTS]
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        _say(f"CPU seconds, the better of some runs; ingestion of {given.records:,} records")
        _say(HEAD)
        if "whole" in wanted:
            tenth, logs = (_logs(room, n) for n in (given.records // 10, given.records))
            _print(ingestion.measure_whole(tenth, logs, room / "whole"))
        if "ingestion" in wanted:
            logs = _logs(room, given.records)
            _print(ingestion.measure(logs, room / "ingestion"))
            logs.unlink()
        for name in (each for each in _PARTS if each in wanted):
            _print(_PARTS[name](room / name))


def _logs(room: Path, records: int) -> Path:
    file = room / f"logs-{records}.jsonl"
    given = {"first_day": FIRST_DAY, "days": 28}
    # A program that is started is said to have had the peak memory of its parent.
    apart = multiprocessing.get_context("spawn").Process(
        target=write_logs, args=(file, records), kwargs=given
    )
    apart.start()
    apart.join()
    assert apart.exitcode == 0
    return file


def _print(ratios: list[Ratio]) -> None:
    for ratio in ratios:
        _say(ratio.line())


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
