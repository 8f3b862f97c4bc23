"""What a process of its own does: it loads what is due in one home, or is killed on the way."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.read import read
from tracking_pipeline.sources.record import Source, SourceFile
from tracking_pipeline_tests.landing.scenario import load_due


def read_but_culprits(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    files: Sequence[SourceFile],
    limits: Settings,
    **names: object,
) -> None:
    """Read as the product does, and break on files called culprit."""
    if any("culprit" in file.name for file in files):
        message = "broke on a culprit"
        raise ZeroDivisionError(message)
    read(con, source, files, limits, **names)


def load_once(place: Path) -> None:
    """Load what is due in the home ``place``."""
    load_due(Settings(home=place, stable_seconds=0, threads=1), read_but_culprits)
