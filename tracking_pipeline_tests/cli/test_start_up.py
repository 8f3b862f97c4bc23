"""What a command does without: every library costs CPU at each start."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_TELL = "print('loaded', *(name.partition('.')[0] for name, each in sys.modules.items() if each))"
_COMMAND = """
from tracking_pipeline.cli.main import main
try:
    main({arguments})
except SystemExit:
    pass
"""
# What each run and look does, without the minutes of building all tables.
_WHOLE_RUN = """
import tracking_pipeline.cli.main
from tracking_pipeline.pipeline import loading, runs
from tracking_pipeline.reports.archive import archived_reports
"""
_OF_DAGSTER = {"dagster", "alembic", "grpc", "psycopg2"}
_OF_REPORTS = {"altair", "vl_convert", "typst", "pptx", "xlsxwriter"}
_OF_LINEAGE_AND_STATISTICS = {"sqlglot", "scipy", "statsmodels"}
_OF_OTHERS = {"great_expectations", "pandas", "requests", "urllib3", "uvicorn", "starlette"}
UNNEEDED = _OF_DAGSTER | _OF_REPORTS | _OF_LINEAGE_AND_STATISTICS | _OF_OTHERS
OF_TABLES = {"polars", "pyarrow", "numpy", "sqlalchemy", "jinja2"}


def loaded(code: str, home: Path) -> set[str]:
    """Return the names of the libraries that a fresh process has loaded after ``code``."""
    told = f"import sys\n{code}\n{_TELL}"
    environment = {**os.environ, "TRACKING_HOME": str(home)}
    output = subprocess.check_output([sys.executable, "-c", told], env=environment, text=True)
    return set(output.rpartition("loaded ")[2].split())


def command(*arguments: str) -> str:
    return _COMMAND.format(arguments=list(arguments))


@pytest.mark.parametrize("told", [("--help",), ("--version",)])
def test_help_loads_no_library_of_tables(told: tuple[str, ...], tmp_path: Path) -> None:
    assert not (UNNEEDED | OF_TABLES) & loaded(command(*told), tmp_path)


@pytest.mark.parametrize("told", [("doctor",), ("quarantine", "list"), ("validate", "landing.x")])
def test_a_look_loads_nothing_of_dagster_charts_or_expectations(
    told: tuple[str, ...], tmp_path: Path
) -> None:
    assert not UNNEEDED & loaded(command(*told), tmp_path)


def test_a_run_loads_nothing_of_dagster_charts_or_expectations(tmp_path: Path) -> None:
    assert not UNNEEDED & loaded(_WHOLE_RUN, tmp_path)
    assert not UNNEEDED & loaded(command("ingest", __file__), tmp_path)


def test_what_needs_pandas_finds_it_after_it_was_spared(tmp_path: Path) -> None:
    code = """
import duckdb
from tracking_pipeline.warehouse.pandas_spared import allow_pandas, spare_pandas
spare_pandas()
with duckdb.connect() as con:
    assert con.execute("select $1", [["a", None]]).fetchall() == [(["a", None],)]
assert not sys.modules["pandas"]
allow_pandas()
import pandas
"""
    assert "pandas" in loaded(code, tmp_path)
