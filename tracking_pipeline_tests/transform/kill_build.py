"""Builds the sample project in a process of its own, which a failpoint may kill."""

import sys
from pathlib import Path

import duckdb

from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.project import load_project
from tracking_pipeline_tests.transform import scenario


def build_once(database: Path) -> None:
    """Build the sample project in the database; the exit code says whether all was built."""
    with duckdb.connect(str(database)) as con:
        statuses = {result.status for result in build(con, load_project(Path(scenario.SAMPLE)))}
    sys.exit(not statuses <= {"built", "unchanged"})
