"""Builds the sample project in a process of its own, which a failpoint may kill."""

import sys
from pathlib import Path

import duckdb

from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.project import load_project
from tracking_pipeline_tests.transform import scenario

if __name__ == "__main__":
    with duckdb.connect(sys.argv[1]) as con:
        statuses = {result.status for result in build(con, load_project(Path(scenario.SAMPLE)))}
    sys.exit(not statuses <= {"built", "unchanged"})
