"""The order of the files, and what each cost: CPU seconds, which a busy machine changes little."""

import gc
import os
from collections import Counter
from collections.abc import Generator

import pytest

# Two processes end together when the files that take longest are begun first.
LONG = (
    "test_up.py",  # waits most of its time: beside it the style is checked
    "end_to_end/test_command_line.py",
    "transform/test_dbt_like_sql.py",
    "defs/test_collection.py",
    "defs/test_ingest_and_build.py",
    "erasure/test_erase.py",
    "faults/test_ingestion_survives_kills.py",
    "faults/test_erasure_survives_kills.py",
    "demo/test_truth_is_found.py",
    "quality/test_validate.py",
    "sql_models/test_engines.py",
    "demo/test_telemetry_truth_is_found.py",
    "analysis/test_false_claims.py",
    "sql_models/test_uptime.py",
    "cli/test_mistakes.py",
)
N_SHOWN = 20


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    first = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: first.get(file_of(item.nodeid), len(LONG)))


def pytest_collection_finish() -> None:
    """Search for garbage less often, and never again in what is imported."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000)


def file_of(test: str) -> str:
    """Return the test's file, below the folder of all tests."""
    return test.partition("::")[0].partition("/")[2]


def cpu_seconds() -> float:
    return sum(os.times()[:4])


class Costs:
    """What this process computed for each report since the one before."""

    def __init__(self) -> None:
        self.until_now = cpu_seconds()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        report.cpu_seconds = (now := cpu_seconds()) - self.until_now
        self.until_now = now
        return report


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Costs())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    cost, took = Counter[str](), Counter[str]()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                file = file_of(report.nodeid)
                cost[file] += report.cpu_seconds
                took[file] += report.duration
    if len(cost) > N_SHOWN:
        terminalreporter.section(f"the {N_SHOWN} dearest files: CPU s, s")
        for file, seconds in cost.most_common(N_SHOWN):
            terminalreporter.line(f"{seconds:8.1f} {took[file]:8.1f}  {file}")
        terminalreporter.line(f"{cost.total():8.1f} {took.total():8.1f}  all {len(cost)}")
