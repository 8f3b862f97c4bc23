"""Landing to weekly report: time and peak memory of the whole process."""

import shutil
import sys
from pathlib import Path

from tracking_pipeline_tests.benchmarks.ratio import Ratio, run_process

GOAL_SECONDS = 60.0
GOAL_MB = 2_000.0


def measure(logs: Path, room: Path) -> list[Ratio]:
    """Return wall time and peak memory of ``tracking run`` over the goals set for 10 M records."""
    landed = room / "landing" / "engine_logs" / logs.name
    landed.parent.mkdir(parents=True)
    landed.hardlink_to(logs)
    command = [sys.executable, "-c", "from tracking_pipeline.cli.main import main; main()", "run"]
    took = run_process(command, {"TRACKING_HOME": str(room), "TRACKING_STABLE_SECONDS": "0"}, room)
    shutil.rmtree(room)
    name = "the goal for 10 M records on two cores"
    return [
        Ratio("landing → reports, time", took.seconds, GOAL_SECONDS, name, "s", 1, "at most"),
        Ratio("landing → reports, peak memory", took.peak_mb, GOAL_MB, name, "MB", 1, "at most"),
    ]
