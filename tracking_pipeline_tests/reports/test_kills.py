import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tracking_pipeline.reports.archive import archived_reports
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.reports.scenario import warehouse, write

WRITE = """
import sys
from pathlib import Path
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.reports import scenario as s
s.write(Settings(home=Path(sys.argv[1])), s.warehouse())
"""


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
    settings = Settings(home=tmp_path)
    killed = subprocess.run(
        [sys.executable, "-c", WRITE, str(tmp_path)],
        env={**os.environ, "TRACKING_FAILPOINT": point},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(archived_reports(settings)) == n_reports
    report = write(settings, warehouse())
    assert archived_reports(settings) == [report]
    assert report.revision == 1
    assert not list(settings.reports_dir.rglob("writing-*"))
