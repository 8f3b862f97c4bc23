"""What a user gets wrong ends in a sentence with culprit and fix, never in a traceback."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracking_pipeline.cli.main import main
from tracking_pipeline.settings import Settings

GARBAGE = b"\xff\x00no such thing" * 500
WINDOW = "--from 2025-11-01 --to 2025-11-02"
FIGURES = "figures --system telemetry"
COMMAND = "from tracking_pipeline.cli.main import main; main()"
COMMANDS = (
    *(f"{FIGURES} {WINDOW}", f"value --team {WINDOW}", "report", "report --period 2025-11-09"),
    *("tables", "doctor", "ingest {file}"),
    *("quarantine list", "quarantine show x", "quarantine replay x", "erase someone@a.example"),
    *("outbox list", "outbox send", "outbox resend x", "outbox resend --all"),
)


def run(line: str, home: Path, **variables: str) -> Result:
    """Run a command as in a shell in which nothing else is set."""
    told = {"TRACKING_HOME": str(home), "TRACKING_STABLE_SECONDS": "0", **variables}
    return CliRunner().invoke(main, line.split(), env=told)


def in_place_of(*names: str) -> Callable[[Path], Path]:
    """Spoil a home: garbage lies in the place of each of these files and folders."""

    def spoil(folder: Path) -> Path:
        for name in names:
            (folder / "home" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "home" / name).write_bytes(GARBAGE)
        return folder / "home"

    return spoil


def a_file(folder: Path) -> Path:
    (folder / "home").write_bytes(GARBAGE)
    return folder / "home"


HOMES: dict[str, Callable[[Path], Path]] = {
    "below a file": lambda _: Path("/dev/null/home"),
    "a file": a_file,
    "of a name too long": lambda folder: folder / ("x" * 300),
    **{
        name: in_place_of(name)
        for name in (
            *("warehouse", "warehouse/warehouse.duckdb", "state", "state/state.sqlite"),
            *("snapshots", "snapshots/CURRENT", "landing", "archive", "reports", "tables", "DEMO"),
        )
    },
}


def assert_told(done: Result) -> None:
    """Hold that the command did its work, or said in one sentence why it could not."""
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
    assert "Traceback" not in done.output
    if done.exit_code and not done.stdout:
        assert sum(line.startswith("Error: ") for line in done.stderr.splitlines()) == 1


@pytest.mark.parametrize("spoilt", HOMES)
def test_no_fault_of_a_home_ends_in_a_traceback(tmp_path: Path, spoilt: str) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text("{}\n")
    home = HOMES[spoilt](tmp_path)
    for line in COMMANDS:
        assert_told(run(line.format(file=file), home))


@pytest.mark.parametrize("line", ["run", "rebuild", "validate", "collect"])
def test_no_long_command_ends_in_a_traceback_where_nothing_can_be_made(line: str) -> None:
    done = run(line, Path("/dev/null/home"))
    assert_told(done)
    assert "/dev/null/home" in done.stderr


@pytest.mark.parametrize("name", Settings.model_fields)
@pytest.mark.parametrize("value", ["", "x", "-1", "0", "nan", "inf", "9" * 30, "[]", "\udcff"])
def test_no_value_of_a_setting_ends_in_a_traceback(
    tmp_path: Path, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert_told(run("quarantine list", tmp_path / "home", **{f"TRACKING_{name.upper()}": value}))


@pytest.mark.parametrize("value", ["lots", "0", "-1", "1", "80%", "1 GB; select 1"])
def test_a_memory_limit_that_the_engine_cannot_read_is_refused_by_its_name(
    tmp_path: Path, value: str
) -> None:
    done = run("quarantine list", tmp_path, TRACKING_MEMORY_LIMIT=value)
    assert "Error: TRACKING_MEMORY_LIMIT: " in done.stderr


def test_a_damaged_or_lost_pseudonym_key_is_named_by_the_doctor(tmp_path: Path) -> None:
    file = tmp_path / "one.engine_metrics.jsonl"
    file.write_text(
        '{"client_id": "acme", "engine_id": "A", "observed_at": "2025-11-01T12:15:00Z", '
        '"metrics": {"leads_found": 7}}\n'
    )
    home = tmp_path / "home"
    assert "ok pseudonym key not drawn yet" in spaced(run("doctor", home).stdout)
    run(f"ingest {file} --source engine_metrics", home)
    assert "ok pseudonym key whole" in spaced(run("doctor", home).stdout)
    key = home / "state/pseudonym.key"
    key.write_bytes(key.read_bytes()[:-1])
    assert "wrong pseudonym key holds 31 bytes, not 32" in spaced(run("doctor", home).stdout)
    key.unlink()
    assert f"wrong pseudonym key {key} is missing, and rec" in spaced(run("doctor", home).stdout)
    assert not key.exists()


def spaced(printed: str) -> str:
    return " ".join(printed.split())


@pytest.mark.parametrize("line", ["doctor", "quarantine list", "--help", "figures --help"])
@pytest.mark.parametrize("how", ["", ">&-", ">/dev/full", "| true", ">&- 2>&-"])
def test_no_output_that_takes_nothing_ends_in_a_traceback(
    tmp_path: Path, line: str, how: str
) -> None:
    command = f"{shlex.quote(sys.executable)} -c {shlex.quote(COMMAND)} {line} {how}"
    done = subprocess.run(
        ["/bin/sh", "-c", command],
        env=os.environ | {"TRACKING_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_an_empty_variable_is_one_that_is_not_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("quarantine list", Path(), TRACKING_HOME="")
    assert [path.name for path in tmp_path.iterdir()] == [".tracking"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("report --as-of 0001-01-01T00:00+14:00", "the calendar begins with year 1"),
        ("report --as-of 9999-12-31T23:59-12:00", "ends with 9999"),
        ("report --period 2025-02-30", "does not match the format"),
        ("report --as-of 2025-11-01T00:00+99:99", "is no ISO date or instant"),
        ("quarantine show \udcff", "'\\udcff' is no text"),
        ("erase \0 --dry-run", "is no text"),
        ("ingest /missing", "does not exist"),
        ("value --team --engineer x", "give either --engineer or --team"),
    ],
)
def test_an_argument_that_cannot_be_is_refused(tmp_path: Path, line: str, told: str) -> None:
    done = run(line, tmp_path / "home")
    assert_told(done)
    assert told in done.stderr


def test_a_file_whose_name_is_no_text_is_named(tmp_path: Path) -> None:
    file = tmp_path / "caf\udce9.jsonl"
    file.write_text("{}\n")
    done = run(f"ingest {file}", tmp_path / "home")
    assert_told(done)
    assert r"caf\udce9.jsonl: " in done.stderr
    assert done.stderr.endswith("Rename it\n")
