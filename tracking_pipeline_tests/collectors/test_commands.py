import ast
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import zipapp
from collections.abc import Iterator
from pathlib import Path

import pytest

import tracking_pipeline.collectors
from tracking_pipeline.collectors.recorder import TelemetryRecorder
from tracking_pipeline_tests.collectors.scenario import ADA, BOB, Repo, git_days

FOLDER = Path(str(tracking_pipeline.collectors.__file__)).parent
OLDEST_PYTHON = (3, 9)
DOCUMENTED = Path(__file__).parents[2] / "docs" / "recorder.md"
BY_HAND = "#!/bin/bash\nset -e\necho ran > ran.txt\nexit 0\n"


class Installed:
    """The recorder as an engineer has it: one copied folder or file, and a home."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "telemetry"
        shutil.copytree(FOLDER, self.program, ignore=shutil.ignore_patterns("__pycache__"))
        self.home = folder / "home"

    def run(
        self, *arguments: str, answer: str = "", cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run one command, isolated from everything that is installed here."""
        home = ("--home", str(self.home))
        command = (sys.executable, "-I", "-S", str(self.program), *home, *arguments)
        return subprocess.run(
            command, input=answer, text=True, capture_output=True, check=False, cwd=cwd
        )

    def shell(self, line: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run what somebody types into a shell after the program's name."""
        program = shlex.join((sys.executable, "-S", str(self.program), "--home", str(self.home)))
        environment = {**os.environ, **variables}
        command = ("bash", "-c", f"set -o pipefail; {program} {line}")
        return subprocess.run(command, text=True, capture_output=True, check=False, env=environment)

    def setup(self) -> None:
        """Set up Ada, who consents."""
        who = ("--name", "Ada", "--email", ADA)
        assert self.run("setup", *who, "--consent").returncode == 0


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path)


def wait_for(installed: Installed, commits: int) -> None:
    """Wait until the hook, which works in the background, has counted."""
    made = TelemetryRecorder(installed.home)
    deadline = time.monotonic() + 60
    while sum(day[0] for day in git_days(made).values()) != commits:
        assert time.monotonic() < deadline, git_days(made)
        time.sleep(0.05)


def is_asleep(process: int) -> bool:
    return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].startswith("S")


@pytest.mark.parametrize("module", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_only_the_standard_library_of_an_old_python_is_needed(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"), feature_version=OLDEST_PYTHON)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= sys.stdlib_module_names
        if isinstance(node, ast.ImportFrom):
            beside = FOLDER / f"{node.module or '__init__'}.py"
            is_beside = node.level == 1 and beside.exists()
            assert is_beside or str(node.module).split(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize(("answer", "status"), [("yes\n", 0), ("\n", 1), ("no\n", 1)])
def test_the_setup_asks_for_consent(installed: Installed, answer: str, status: int) -> None:
    done = installed.run("setup", "--name", "Ada", "--email", ADA, answer=answer)
    assert done.returncode == status
    assert "Do you consent?" in done.stdout
    assert installed.home.exists() == (status == 0)


def test_a_setup_that_nobody_answers_is_refused(installed: Installed) -> None:
    done = installed.run("setup", "--name", "Ada", "--email", ADA)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_without_consent_nothing_is_exported(installed: Installed) -> None:
    done = installed.run("export")
    assert done.returncode == 1
    assert "Run the setup, which asks for consent" in done.stderr


def test_an_export_goes_into_a_folder_of_choice(installed: Installed, tmp_path: Path) -> None:
    installed.setup()
    done = installed.run("export", "--days", "7", "--folder", str(tmp_path / "landing"))
    (file,) = (tmp_path / "landing").iterdir()
    assert (done.stderr, done.stdout.endswith(f"Written: {file}\n")) == ("", True)
    assert "7 days" in done.stdout
    assert json.loads(file.read_text().splitlines()[0])["kind"] == "engineer_profile"


@pytest.mark.parametrize(("answer", "is_kept"), [("yes\n", False), ("no\n", True)])
def test_withdrawing_offers_to_delete(installed: Installed, answer: str, is_kept: bool) -> None:  # noqa: FBT001 - a parameter
    installed.setup()
    assert "Delete" in installed.run("withdraw", answer=answer).stdout
    assert (installed.home / "performance_telemetry.db").exists() is is_kept
    assert installed.run("export").returncode == 1


def test_it_runs_as_one_zipped_file(installed: Installed, tmp_path: Path) -> None:
    zipapp.create_archive(installed.program, tmp_path / "recorder.pyz")
    installed.program = tmp_path / "recorder.pyz"
    installed.setup()
    assert installed.run("export").returncode == 0


def test_collecting_counts_several_repositories(installed: Installed, tmp_path: Path) -> None:
    installed.setup()
    repos = [Repo(tmp_path / name) for name in ("one", "two")]
    for repo in repos:
        repo.commit("a.txt", f"{repo.folder}\n")
        repo.commit("b.txt", "b\n", author=BOB)
    done = installed.run("collect", *(str(repo.folder) for repo in repos))
    assert done.stdout.count(": 1 days changed") == 2
    assert git_days(TelemetryRecorder(installed.home)) == {"2025-11-12": (2, 0, 2, 0)}


def test_the_hook_counts_real_commits_and_merges(installed: Installed, tmp_path: Path) -> None:
    installed.setup()
    repo = Repo(tmp_path / "repo")
    repo.commit("before.txt", "1\n")
    assert installed.run("install-hook", str(repo.folder)).returncode == 0
    today = time.strftime("%Y-%m-%dT12:00:00%z")
    repo.commit("a.txt", "1\n", at=today)
    wait_for(installed, 1)
    (repo.folder / "a.txt").write_text("1\n2\n")
    repo.git("commit", "--quiet", "--all", "--amend", "--no-edit", at=today)
    repo.git("checkout", "--quiet", "-b", "topic")
    repo.commit("b.txt", "1\n", at=today)
    repo.git("checkout", "--quiet", "main")
    repo.merge("topic", at=today)
    wait_for(installed, 2)
    deadline = time.monotonic() + 60
    while git_days(TelemetryRecorder(installed.home))[today[:10]] != (2, 1, 3, 0):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_hook_lets_a_commit_pass_when_nothing_can_be_recorded(
    installed: Installed, tmp_path: Path
) -> None:
    installed.setup()
    repo = Repo(tmp_path / "repo")
    installed.run("install-hook", str(repo.folder))
    shutil.rmtree(installed.program)
    repo.commit("a.txt", "1\n")
    assert len(repo.git("rev-list", "HEAD").split()) == 1


def test_a_hook_that_is_there_goes_on(installed: Installed, tmp_path: Path) -> None:
    installed.setup()
    repo = Repo(tmp_path / "repo")
    hook = repo.folder / ".git" / "hooks" / "post-commit"
    hook.write_text(BY_HAND)
    hook.chmod(0o755)
    for _ in range(2):
        installed.run("install-hook", cwd=repo.folder)
    first, line, *rest = hook.read_text().splitlines(keepends=True)
    assert (first + "".join(rest), line.count("telemetry recorder")) == (BY_HAND, 1)
    repo.commit("a.txt", "1\n", at=time.strftime("%Y-%m-%dT12:00:00%z"))
    assert (repo.folder / "ran.txt").exists()
    wait_for(installed, 1)


@pytest.mark.parametrize("first", ["#!/bin/sh -e", "#!/usr/bin/env bash", "#! /bin/dash"])
def test_a_hook_of_any_shell_is_joined(installed: Installed, tmp_path: Path, first: str) -> None:
    installed.setup()
    repo = Repo(tmp_path / "repo")
    hook = repo.folder / ".git" / "hooks" / "post-commit"
    hook.write_text(f"{first}\n")
    assert installed.run("install-hook", str(repo.folder)).returncode == 0
    assert hook.read_text().startswith(f"{first}\n(")


def test_a_hook_goes_where_git_looks_for_it(installed: Installed, tmp_path: Path) -> None:
    installed.setup()
    repo = Repo(tmp_path / "repo")
    repo.git("config", "core.hooksPath", ".hooks")
    (repo.folder / "below").mkdir()
    installed.run("install-hook", str(repo.folder / "below"))
    assert os.access(repo.folder / ".hooks" / "post-commit", os.X_OK)
    assert not (repo.folder / ".git" / "hooks" / "post-commit").exists()


def test_a_hook_in_another_language_is_left_alone(installed: Installed, tmp_path: Path) -> None:
    installed.setup()
    repo = Repo(tmp_path / "repo")
    hook = repo.folder / ".git" / "hooks" / "post-merge"
    hook.write_text("#!/usr/bin/env python3\nprint()\n")
    done = installed.run("install-hook", str(repo.folder))
    assert (done.returncode, "is no shell script" in done.stderr) == (1, True)
    assert hook.read_text() == "#!/usr/bin/env python3\nprint()\n"
    assert not hook.with_name("post-commit").exists()


def test_a_hook_that_fails_says_why_in_its_log(installed: Installed, tmp_path: Path) -> None:
    installed.setup()
    (installed.home / "recorder.db").write_bytes(b"no database" * 1000)
    repo = Repo(tmp_path / "repo")
    assert installed.run("hook", cwd=repo.folder).returncode == 1
    log = installed.home / "hook.log"
    assert "not a database" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_a_hook_without_consent_writes_nothing(installed: Installed, tmp_path: Path) -> None:
    repo = Repo(tmp_path / "repo")
    assert installed.run("hook", cwd=repo.folder).returncode == 1
    assert not installed.home.exists()


def test_a_hook_after_all_was_deleted_writes_nothing(installed: Installed, tmp_path: Path) -> None:
    installed.setup()
    assert installed.run("withdraw", "--delete").returncode == 0
    repo = Repo(tmp_path / "repo")
    assert installed.run("hook", cwd=repo.folder).returncode == 1
    assert list(installed.home.iterdir()) == []


@pytest.mark.parametrize(
    "mistake",
    [
        *("export --days 0", "export --days 99999999999999999999", "export --folder /dev/null/x"),
        *("--home /dev/null/x export", f"--home {'x' * 300} export", "--home '~nobody/x' export"),
        *(
            "collect /missing",
            "collect $(printf '\\377')",
            "install-hook /dev/null",
            "collect /dev",
        ),
        *("setup --name Ada --email ada@home.example <&-", "export >/dev/full", "setup --name A"),
    ],
)
def test_no_mistake_ends_in_a_traceback(installed: Installed, mistake: str) -> None:
    installed.setup()
    done = installed.shell(mistake)
    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1 or done.stderr.startswith("usage: ")


@pytest.mark.parametrize("listener", [">&-", "| true", "| head -c 1"])
def test_who_stops_listening_is_told_nothing(installed: Installed, listener: str) -> None:
    installed.setup()
    done = installed.shell(f"export {listener}")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def _heard() -> Iterator[None]:
    """Let children hear Ctrl+C, which shells keep from what they run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_heard")
def test_ctrl_c_ends_a_question_without_a_traceback(installed: Installed) -> None:
    command = (sys.executable, "-I", str(installed.program), "--home", str(installed.home))
    who = ("setup", "--name", "Ada", "--email", ADA)
    pipe = subprocess.PIPE
    with subprocess.Popen((*command, *who), stdin=pipe, stdout=pipe, stderr=pipe) as asking:
        assert asking.stdout is not None
        while b"consent?" not in asking.stdout.readline() + asking.stdout.peek():
            pass
        # A signal between the question and the wait for its answer is seen after the answer only.
        while not is_asleep(asking.pid):
            time.sleep(0.01)
        asking.send_signal(signal.SIGINT)
        assert asking.wait(60) == 130
        assert asking.stderr is not None
        assert asking.stderr.read() == b""


def test_what_a_terminal_cannot_show_is_written_in_ascii(installed: Installed) -> None:
    who = f"setup --name Zoë --email {ADA} --consent"
    done = installed.shell(who, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "engineer_name: Zo\\xeb" in done.stdout


def test_the_documented_calls_record(installed: Installed, tmp_path: Path) -> None:
    installed.setup()
    shutil.copytree(installed.program, tmp_path / "telemetry_recorder")
    code = DOCUMENTED.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    place = {"TELEMETRY_HOME": str(installed.home), "PYTHONPATH": str(tmp_path)}
    command = (sys.executable, "-W", "error", "-c", code)
    subprocess.run(command, env={**os.environ, **place}, check=True)
    said = installed.run("export", "--days", "1").stdout
    assert "Tokens saved: 15,000\n" in said
    assert "Memory hit rate: 90.0%\n" in said
