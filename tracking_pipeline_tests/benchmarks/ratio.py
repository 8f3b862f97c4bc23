"""What a benchmark reports: a measured figure against a named yardstick."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Ratio:
    """``ours`` and ``yardstick`` in ``unit``; the goal bounds ``ours / yardstick``."""

    what: str
    ours: float
    yardstick: float
    yardstick_name: str
    unit: str
    goal: float
    better: Literal["at least", "at most"]

    @property
    def value(self) -> float:
        """Ours over the yardstick's."""
        return self.ours / self.yardstick

    @property
    def is_reached(self) -> bool:
        """Whether the goal is reached."""
        return self.value >= self.goal if self.better == "at least" else self.value <= self.goal

    def line(self) -> str:
        """Return the ratio as a line for people."""
        verdict = "reached" if self.is_reached else "NOT reached"
        measured = f"{self.ours:,.4g} {self.unit} / {self.yardstick:,.4g} {self.unit}"
        return (
            f"{self.what}: {measured} ({self.yardstick_name}) = {self.value:.3f}; "
            f"goal {self.better} {self.goal:g}: {verdict}"
        )


def seconds(work: Callable[[], object]) -> float:
    """Return how long ``work`` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@dataclass(frozen=True)
class Process:
    """A finished process: its wall time and the peak memory of the largest of its kind so far."""

    seconds: float
    peak_mb: float


def run_process(arguments: list[str], environment: dict[str, str], folder: Path) -> Process:
    """Run a program to its end and return what it took; its output goes to ``folder/log``."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("ab") as log:
        took = seconds(
            lambda: subprocess.run(
                arguments, env=os.environ | environment, stdout=log, stderr=log, check=True
            )
        )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Process(took, peak)


def python(code: str) -> list[str]:
    """Return the command that runs ``code`` in a fresh interpreter."""
    return [sys.executable, "-c", code]
