"""Whether a landed table keeps its suite."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from tracking_pipeline.errors import ValidationError, perhaps
from tracking_pipeline.quality import predicates
from tracking_pipeline.quality.held import held_until, note_held
from tracking_pipeline.quality.suites import SUITES, Expectation, Severity, Suite
from tracking_pipeline.warehouse.engine_errors import without_values
from tracking_pipeline.warehouse.pandas_spared import allow_pandas

Outcome = tuple[int, list[dict[str, object]]]
"""How many rows break an expectation, and where some of them stand."""

_HARMLESS = re.compile(r"[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True)
class ExpectationResult:
    """How one expectation fared on ``n_checked`` rows, of which ``n_unexpected`` break it.

    ``rule`` is what it asks for, in words. ``sample`` says where some of them stand, and a value
    that is out of bounds or not among the known ones; never what may be personal.
    """

    name: str
    rule: str
    severity: Severity
    passed: bool
    n_checked: int
    n_unexpected: int
    sample: tuple[dict[str, str | float], ...]


def expect_suites(tables: Collection[str]) -> None:
    """Raise ValidationError for a landed table that has no suite: nothing is known of its rows."""
    for missing in sorted(set(tables) - SUITES.keys()):
        fix = f"{perhaps(missing, SUITES)}Say what must hold on it in quality/suites.py"
        raise ValidationError(f"landing.{missing}", "has no suite", fix)


def validate(
    con: duckdb.DuckDBPyConnection, suite: Suite, n_shown: int = 5
) -> list[ExpectationResult]:
    """Return one result per expectation of ``suite``, in its order, all checked in one run.

    At most ``n_shown`` of the rows that break each are in its sample.

    The checks run inside DuckDB on what ``con`` has committed. Raises ValidationError when one
    cannot be evaluated: that is not the data's failure.
    """
    allow_pandas()
    from tracking_pipeline.quality.great_expectations_run import run  # noqa: PLC0415 - 5 s, 270 MB

    return _results(con, suite, run(con, suite, n_shown))


def check(
    con: duckdb.DuckDBPyConnection, suite: Suite, batch: str | None = None
) -> list[ExpectationResult]:
    """Return the same as `validate`, found by DuckDB alone: what a run can do on its way.

    Of a table to which rows only come, under a greater ``batch``, those that held the suite with
    all others are not asked again.
    """
    try:
        held = held_until(con, suite, batch) if batch else None
        if batch and held is not None and predicates.hold(con, suite, batch=batch, after=held):
            outcomes: dict[str, Outcome] = {each.name: (0, []) for each in suite.expectations}
        else:
            outcomes = predicates.run(con, suite, 5)
        if batch and not any(n for n, _ in outcomes.values()):
            note_held(con, suite, batch)
        return _results(con, suite, outcomes)
    except duckdb.Error as error:
        reason = f"could not be checked ({without_values(error)})"
        fix = "Compare the suite in quality/suites.py with the table's columns"
        raise ValidationError(f"landing.{suite.table}", reason, fix) from None


def _results(
    con: duckdb.DuckDBPyConnection, suite: Suite, outcomes: Mapping[str, Outcome]
) -> list[ExpectationResult]:
    n_checked = con.execute(f"select count(*) from landing.{suite.table}").fetchall()[0][0]
    return [_result(each, n_checked, *outcomes[each.name]) for each in suite.expectations]


def _result(
    expectation: Expectation, n_checked: int, n_unexpected: int, places: list[dict[str, object]]
) -> ExpectationResult:
    return ExpectationResult(
        expectation.name,
        expectation.words,
        expectation.severity,
        passed=n_unexpected == 0,
        n_checked=n_checked,
        n_unexpected=n_unexpected,
        sample=tuple({key: _shown(value) for key, value in place.items()} for place in places),
    )


def _shown(value: object) -> str | float:
    """Return a place as it may be shown: even there no personal value may stand."""
    if isinstance(value, int | float):
        return value
    return value if isinstance(value, str) and _HARMLESS.fullmatch(value) else "withheld"
