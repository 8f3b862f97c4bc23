"""Runs the tests of each mutation against a copy of the tree that holds it."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from typing import Literal

from tracking_pipeline_tests.mutants.mutations import Mutation, MutationError

Verdict = Literal["caught", "survived", "equivalent", "wrong"]

LEAST_CAUGHT_PERCENT = 95.0
CPU_SECONDS = 120
"""A process that takes more is stopped: a mutation that never ends is caught."""
CPU_SECONDS_OF_ALL = 600
"""Of all tests at once, without any mutation."""
WALL_SECONDS = 3_600

_NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "target", "logs")
_LIMITED = ("sh", "-c", 'ulimit -t "$0"; exec "$@"')
_PASSED, _FAILED = 0, 1
# A Python that cannot even run the tests ends with the same status.
_SUMMARY = re.compile(r"^\d+ (failed|error)", re.MULTILINE)
_KILLED = {-signal.SIGXCPU, -signal.SIGKILL}


@dataclass(frozen=True)
class Outcome:
    """What the tests of a mutation said, and what they took; ``told`` of a wrong one says why."""

    mutation: Mutation
    verdict: Verdict
    cpu_seconds: float
    told: str = ""


def copied(tree: Path, folder: Path) -> Path:
    """Return a copy of ``tree`` in ``folder``; what git ignores stays behind."""
    return Path(shutil.copytree(tree, folder / "tree", ignore=_NOT_COPIED))


def expect_green(copy: Path, mutations: Sequence[Mutation]) -> None:
    """Raise MutationError when tests fail without any mutation: they would catch everything."""
    tests = sorted({test for each in mutations for test in each.tests})
    status, told = _run(copy, tests, CPU_SECONDS_OF_ALL)
    if status != _PASSED:
        raise MutationError("The tests", "fail without any mutation", f"Mend them first:\n{told}")


def outcome(copy: Path, mutation: Mutation) -> Outcome:
    """Return what the tests say of the mutation, and leave ``copy`` as it was.

    It is wrong when its tests cannot be run with it, and when it is called equivalent and caught.
    """
    before = _cpu_seconds()
    with _mutated(copy, mutation):
        status, told = _run(copy, mutation.tests)
    cpu_seconds = _cpu_seconds() - before
    if status == _PASSED:
        missed: Verdict = "equivalent" if mutation.equivalent else "survived"
        return Outcome(mutation, missed, cpu_seconds)
    if status not in _KILLED and not (status == _FAILED and _SUMMARY.search(told)):
        return Outcome(mutation, "wrong", cpu_seconds, f"its tests cannot be run:\n{told}")
    if mutation.equivalent:
        return Outcome(mutation, "wrong", cpu_seconds, "it is called equivalent and was caught")
    return Outcome(mutation, "caught", cpu_seconds)


def caught_percent(outcomes: Sequence[Outcome]) -> float:
    """Return the share of the mutations that could be caught and were."""
    verdicts = [each.verdict for each in outcomes if each.verdict != "equivalent"]
    return 100 * verdicts.count("caught") / max(len(verdicts), 1)


@contextmanager
def _mutated(copy: Path, mutation: Mutation) -> Iterator[None]:
    file = copy / mutation.file
    text = file.read_text(encoding="utf-8")
    _write(file, mutation.applied(copy))
    try:
        yield
    finally:
        _write(file, text)


def _write(file: Path, text: str) -> None:
    """Write the text; what was compiled of another of its second and size would pass for it."""
    file.write_text(text, encoding="utf-8")
    Path(cache_from_source(str(file))).unlink(missing_ok=True)


def _run(copy: Path, tests: Sequence[str], cpu_seconds: int = CPU_SECONDS) -> tuple[int, str]:
    """Return pytest's status, or minus a signal, and what it told last."""
    pytest = (sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider")
    process = subprocess.Popen(
        [*_LIMITED, str(cpu_seconds), *pytest, "--hypothesis-seed=0", *tests],
        cwd=copy,
        # What is imported is compiled once, whatever the surroundings say.
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        told, _ = process.communicate(timeout=WALL_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        told, _ = process.communicate()
    return process.returncode, told[-2_000:]


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
