"""What a process of its own does: it erases one person from a home, or is killed on the way."""

import sys
from pathlib import Path

from tracking_pipeline.pipeline import erasure
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.erasure.scenario import one_table


def erase_once(place: Path, person: str) -> None:
    """Erase ``person`` from the home ``place``."""
    settings = Settings(home=place, stable_seconds=0, threads=1)
    whom = erasure.whom(settings, person)
    scanned = erasure.erase(settings, whom, lambda _: None, one_table)
    sys.exit(any(each.n_found for each in scanned))
