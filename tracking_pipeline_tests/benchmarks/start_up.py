"""What processes cost before and beside their work: commands over the sample, the code location."""

import shutil
from datetime import date
from pathlib import Path

from tracking_pipeline_tests.benchmarks.ratio import (
    DAGSTER,
    LIBRARIES,
    Ratio,
    least,
    python,
    run_process,
    tracking,
)
from tracking_pipeline_tests.benchmarks.synthetic import write_logs

_LOCATION = "from tracking_pipeline.definitions import definitions; definitions()"
_PAGE = """
from starlette.testclient import TestClient
from tracking_pipeline.portal.app import create_app
from tracking_pipeline.settings import load_settings
answer = TestClient(create_app(load_settings()), base_url="http://127.0.0.1").get("/lineage")
assert answer.status_code == 200
"""
_REPEATS = 3
_RECORDS = 3


def measure(room: Path) -> list[Ratio]:
    """Return the CPU of a run with nothing new, of one with a dropped file, and of start-ups."""
    home = {"TRACKING_HOME": str(room), "TRACKING_STABLE_SECONDS": "0"}
    run_process(tracking("run", "--sample"), home, room)
    libraries, dagster = (least(python(code), home, room) for code in (LIBRARIES, DAGSTER))
    idle = least(tracking("run"), home, room)
    dropped = min(_dropped(room, home, number) for number in range(_REPEATS))
    page = least(python(_PAGE), home, room)
    location = least(python(_LOCATION), home, room)
    shutil.rmtree(room)
    return [
        Ratio("`tracking run`, nothing new (sample)", idle, libraries, LIBRARIES, 5),
        Ratio(f"`tracking run`, one file of {_RECORDS} records", dropped, libraries, LIBRARIES, 12),
        Ratio(
            "the first page /lineage, with the start of its process", page, libraries, LIBRARIES, 4
        ),
        Ratio("Dagster's code location, loaded", location, dagster, DAGSTER, 5),
    ]


def _dropped(room: Path, home: dict[str, str], number: int) -> float:
    """Return the CPU seconds of the run that finds a file of a day that has records."""
    file = room / f"landing/engine_logs/dropped{number}.jsonl"
    write_logs(file, _RECORDS, first_day=date(2025, 8, 1 + number), days=1)
    return run_process(tracking("run"), home, room).seconds
