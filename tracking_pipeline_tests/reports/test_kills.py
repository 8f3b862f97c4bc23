import signal
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.reports.archive import archived_reports
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.forks import run_apart
from tracking_pipeline_tests.reports.scenario import warehouse, write


def write_once(home: Path, tables: Path) -> None:
    with duckdb.connect(str(tables)) as con:
        write(Settings(home=home), con)


@pytest.mark.faults
@pytest.mark.parametrize(
    ("point", "n_reports"),
    [
        ("report.technical_rendered", 0),
        ("report.file_written:1", 0),
        ("report.file_written:9", 0),
        ("report.before_rename", 0),
        ("report.renamed", 1),
    ],
)
def test_a_kill_leaves_a_whole_report_or_none_and_the_next_run_completes_it(
    tmp_path: Path, point: str, n_reports: int
) -> None:
    settings, tables = Settings(home=tmp_path / "home"), tmp_path / "tables.duckdb"
    with warehouse() as con:
        con.execute(f"attach '{tables}' as kept")
        con.execute("copy from database memory to kept")
    killed = run_apart(write_once, settings.home, tables, TRACKING_FAILPOINT=point)
    assert killed == -signal.SIGKILL
    assert len(archived_reports(settings)) == n_reports
    report = write(settings, warehouse())
    assert archived_reports(settings) == [report]
    assert report.revision == 1
    assert not list(settings.reports_dir.rglob("writing-*"))
