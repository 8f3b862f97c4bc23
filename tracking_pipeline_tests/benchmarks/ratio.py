"""What a benchmark reports: a measured figure against a named yardstick of the same run.

Work is measured in CPU seconds of all threads and processes, which a busy machine changes little;
a yardstick that runs beside it takes out what is left.
"""

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

LIBRARIES = "import duckdb, polars, sqlalchemy"
DAGSTER = "import dagster"
"""Yardsticks of what a fresh process costs."""

HEAD = f"{'what':58} {'ours':>9} {'yardstick':>9}  {'ratio':>6}  {'goal':>8}"
_LARGE = 100
_WORDS = {True: "reached", False: "NOT reached", None: ""}


@dataclass(frozen=True)
class Ratio:
    """``ours`` against the ``yardstick``, both in ``unit``; a goal bounds ``ours / yardstick``."""

    what: str
    ours: float
    yardstick: float
    yardstick_name: str
    goal: float | None = None
    better: Literal["at least", "at most"] = "at most"
    unit: str = "s"

    @property
    def value(self) -> float:
        """Ours over the yardstick's."""
        return self.ours / self.yardstick

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is reached; None without one."""
        if self.goal is None:
            return None
        return self.value >= self.goal if self.better == "at least" else self.value <= self.goal

    def line(self) -> str:
        """Return the ratio as a line of the table under ``HEAD``."""
        figures = f"{_figure(self.ours, self.unit)} {_figure(self.yardstick, self.unit)}"
        bound = (
            ""
            if self.goal is None
            else f"{'≥' if self.better == 'at least' else '≤'} {self.goal:g}"
        )
        verdict = _WORDS[self.is_reached]
        told = f"{self.what:58} {figures}  {self.value:6.2f}  {bound:>8}"
        return f"{told}  {verdict:11}  {self.yardstick_name}".rstrip()


def _figure(value: float, unit: str) -> str:
    digits = f"{value:,.0f}" if value >= _LARGE else f"{value:.3g}"
    return f"{digits} {unit}".rjust(9)


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of ``work``, with those of the processes that it has waited for."""
    before = _spent()
    work()
    return _spent() - before


def _spent() -> float:
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


@dataclass(frozen=True)
class Process:
    """A finished process: its CPU seconds, with those of its children, and its peak memory."""

    seconds: float
    peak_mb: float


def run_process(arguments: list[str], environment: dict[str, str], folder: Path) -> Process:
    """Run a program to its end and return what it took; its output goes to ``folder/log``."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("ab") as log:
        program = subprocess.Popen(arguments, env=os.environ | environment, stdout=log, stderr=log)
        _, status, usage = os.wait4(program.pid, 0)
    program.returncode = os.waitstatus_to_exitcode(status)
    if program.returncode:
        raise subprocess.CalledProcessError(program.returncode, arguments)
    return Process(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def least(arguments: list[str], environment: dict[str, str], folder: Path, n: int = 3) -> float:
    """Return the CPU seconds of the cheapest of ``n`` runs after a first one, which compiles."""
    took = [run_process(arguments, environment, folder).seconds for _ in range(n + 1)]
    return min(took[1:])


def python(code: str) -> list[str]:
    """Return the command that runs ``code`` in a fresh interpreter."""
    return [sys.executable, "-c", code]


def tracking(*arguments: str) -> list[str]:
    """Return the command ``tracking``."""
    return [*python("from tracking_pipeline.cli.main import main; main()"), *arguments]
