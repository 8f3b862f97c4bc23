"""Processes of their own, forked from one that has imported everything and begun nothing."""

import multiprocessing
import os
from collections.abc import Callable, Mapping

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "pytest",
        "tracking_pipeline_tests.faults.erase_once",
        "tracking_pipeline_tests.faults.load_once",
        "tracking_pipeline_tests.faults.pull_once",
        "tracking_pipeline_tests.reports.test_kills",
        "tracking_pipeline_tests.transform.kill_build",
        "tracking_pipeline_tests.warehouse.test_snapshot",
    ]
)


def run_apart(work: Callable[..., None], *arguments: object, **environment: str) -> int:
    """Run ``work`` under these variables, failpoints for one; return its exit code."""
    child = FORKS.Process(target=_under, args=(environment, work, arguments))
    child.start()
    child.join()
    assert child.exitcode is not None
    return child.exitcode


def _under(
    environment: Mapping[str, str], work: Callable[..., None], arguments: tuple[object, ...]
) -> None:
    os.environ.update(environment)
    work(*arguments)
