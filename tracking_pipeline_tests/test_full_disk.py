import errno
import sqlite3
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from tracking_pipeline.cli.main import main
from tracking_pipeline.errors import BuildError, disk_full
from tracking_pipeline_tests.full_disk import full_disk

METRIC = (
    '{"client_id": "acme", "engine_id": "A", "observed_at": "2025-11-01T12:15:00Z", '
    '"metrics": {"leads_found": 7}}\n'
)


@pytest.mark.parametrize(
    ("error", "is_full"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/a"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (duckdb.IOException('Could not write file "a": No space left on device'), True),
        (sqlite3.OperationalError("database or disk is full"), True),
        (sqlite3.OperationalError("database is locked"), False),
        (OSError(errno.EACCES, "Permission denied"), False),
        (ValueError("7"), False),
    ],
)
def test_a_full_disk_is_told_from_other_faults(error: Exception, *, is_full: bool) -> None:
    assert (disk_full(error) is not None) == is_full
    outer = BuildError("marts.a", "cannot be built", "Look at it")
    outer.__cause__ = error
    assert (disk_full(outer) is not None) == is_full


def test_a_command_on_a_full_disk_says_so_and_works_when_space_returns(tmp_path: Path) -> None:
    given = tmp_path / "a.jsonl"
    given.write_text(METRIC)
    environment = {"TRACKING_HOME": str(tmp_path / "home"), "TRACKING_STABLE_SECONDS": "0"}
    ingest = ["ingest", str(given), "--source", "engine_metrics"]
    with full_disk(1_000):
        refused = CliRunner().invoke(main, ingest, env=environment)
        looked = CliRunner().invoke(main, ["doctor"], env=environment)
    assert refused.exit_code == 1
    assert "Make room, then run the command again" in refused.output
    assert "takes no more (full, or failing)" in looked.output
    answered = CliRunner().invoke(main, ingest, env=environment)
    assert answered.exit_code == 0, answered.output
    assert "1 accepted" in answered.output
