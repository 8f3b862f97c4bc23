"""Which engine documents a change of reference data makes owed."""

from dataclasses import replace
from datetime import date

import duckdb
import pytest

from tracking_pipeline.reports.draft import Draft
from tracking_pipeline.reports.engines import case_study, client_update, pilot, roi_monthly
from tracking_pipeline.reports.engines.rests_on import of_all
from tracking_pipeline.reports.engines.weekly import with_engines
from tracking_pipeline.reports.revision import fingerprint
from tracking_pipeline_tests.reports.engines.scenario import AS_OF, MONTH, SETTINGS, WEEK, warehouse

Told = dict[tuple[str, str], tuple[str, str]]
KINDS = (
    *((kind, MONTH) for kind in (roi_monthly.ROI, pilot.PILOT, case_study.CASE)),
    (client_update.UPDATE, WEEK),
)


def told(con: duckdb.DuckDBPyConnection) -> Told:
    """Version and fingerprint of each document of the period, by kind and subject."""
    found = {}
    for kind, period in KINDS:
        for (subject, start), version in kind.versions(con, None).items():
            draft = kind.draft(SETTINGS, con, subject, period, AS_OF)
            if start == period.start and draft:
                found[kind.name, subject] = version, fingerprint(draft)
    empty = Draft(
        *("weekly", "Weekly report", "engines", "AI engines", WEEK, AS_OF, "", {}), said={}, data={}
    )
    weekly = fingerprint(with_engines(con, replace(empty)))
    return {**found, ("weekly", "engines"): (of_all(con, "week")[WEEK.start], weekly)}


def owed(before: Told, after: Told) -> set[tuple[str, str]]:
    """A document is drafted when its version moved, and written when it says something else."""
    differ = {key: [a != b for a, b in zip(before[key], after[key], strict=True)] for key in before}
    return {key for key, (is_drafted, is_new) in differ.items() if is_drafted and is_new}


WEEKLY = ("weekly", "engines")
ROI = {("roi_monthly", "acme"), ("roi_monthly", "all")}
CLIENTS = {(kind, "acme") for kind in ("client_update", "pilot", "case_study")}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("update marts.clients set name = name", set()),
        (
            "update marts.clients set name = 'Acme AG' where client_key = 'acme'",
            {WEEKLY, *ROI, *CLIENTS},
        ),
        (
            "update marts.goals set target_value = 0.43 where goal_id = 'g1'",
            {WEEKLY, ("client_update", "acme")},
        ),
        (
            "update marts.benchmark_comparison_weekly set benchmark = 7 where client_id = 'acme'",
            {WEEKLY},
        ),
        (
            "update marts.benchmark_comparison_monthly set benchmark = 7 where client_id = 'acme'",
            ROI,
        ),
        ("update marts.previous_methods set source = 'a letter'", ROI),
        (
            "update marts.economics_weekly set traditional_basis = 'none' where client_id = 'acme'",
            {WEEKLY, ("client_update", "acme")},
        ),
        ("update marts.client_statements set statement = 'We won.'", {("case_study", "acme")}),
    ],
)
def test_a_reference_that_changes_makes_exactly_the_reports_owed_that_show_it(
    change: str, expected: set[tuple[str, str]]
) -> None:
    con = warehouse()
    before = told(con)
    con.execute(change)
    after = told(con)
    assert owed(before, after) == expected
    assert {key for key in before if before[key][1] != after[key][1]} == expected


def test_a_goal_that_begins_later_changes_no_earlier_week() -> None:
    con = warehouse()
    before = told(con)
    con.execute(
        "insert into marts.goals values ('g4', 'engines', 'acme', 'engine', 'N', 'wait_h', 1, "
        "null, false, null, ?)",
        [date(2026, 3, 29)],
    )
    after = told(con)
    assert owed(before, after) == set()
    assert after[WEEKLY] == before[WEEKLY]
