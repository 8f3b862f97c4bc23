"""What is mistyped in a copy of the project is refused by `tracking run` with what is allowed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
TRACKING = "from tracking_pipeline.cli.main import main; main(prog_name='tracking')"


def run(project: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the copy, on a home of its own."""
    told = {"TRACKING_HOME": str(project / "home"), "TRACKING_STABLE_SECONDS": "0"}
    return subprocess.run(
        [sys.executable, "-c", TRACKING, command],
        cwd=project,
        env=os.environ | told,
        capture_output=True,
        text=True,
        check=False,
    )


def copied(folder: Path, file: str, old: str, new: str) -> Path:
    """Return a copy of the project in which one text of one file is another."""
    for name in ("tracking_pipeline", "dbt_like_sql"):
        # Compiled modules come along; one that is being written has a name that goes away.
        ignored = shutil.ignore_patterns("*.pyc.*")
        shutil.copytree(PROJECT / name, folder / name, ignore=ignored)
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    return folder


def test_a_kind_of_record_without_a_suite_is_refused(tmp_path: Path) -> None:
    file = "tracking_pipeline/quality/suites.py"
    project = copied(tmp_path, file, '"website_analysis": (', '"website_analysi": (')
    done = run(project, "run")
    told = "landing.website_analysis: has no suite. Did you mean website_analysi"
    assert (done.returncode, done.stdout) == (1, "")
    assert f"Error: {told}" in done.stderr
    assert "Traceback" not in done.stderr
    looked = run(project, "doctor")
    assert looked.returncode == 1
    assert "suites" in looked.stdout
    assert "Did you mean website_analysi" in looked.stdout


@pytest.mark.parametrize(
    ("seed", "old", "new", "told"),
    [
        ("metrics", "is_approved,rate,", "is_aproved,rate,", "Did you mean is_approved"),
        ("thresholds", "engine,,performance", "engine,*,performance", "Choose one of: A, B"),
    ],
)
def test_a_mistyped_row_of_the_catalogue_is_refused(
    tmp_path: Path, seed: str, old: str, new: str, told: str
) -> None:
    project = copied(tmp_path, f"dbt_like_sql/seeds/{seed}.csv", old, new)
    done = run(project, "run")
    assert done.returncode == 1
    assert f"\nError: seeds.{seed}: " in done.stderr
    assert told in done.stderr
    (mistyped,) = set(new.split(",")) - set(old.split(","))
    assert repr(mistyped) in done.stderr
    assert "Correct line " in done.stderr
    assert "Traceback" not in done.stderr
