"""What is printed of a return on cost divides to the return that is printed.

Of seven engineers the seventh has no rows of savings: the others cost 6 x 31 / 30 x 50 = 310
dollars in October, 6 x 7 / 30 x 50 = 70 in a week of it, and saved 6 x 31 = 186 hours.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tracking_pipeline.delivery.weekly_summary import summaries
from tracking_pipeline.reports.document import Card, Cards, Table
from tracking_pipeline.reports.draft import Draft
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.slides import Arithmetic, Slide
from tracking_pipeline.reports.telemetry.team_sections import sections
from tracking_pipeline_tests.reports.telemetry import team_scenario as scenario

Steps = dict[str, tuple[str, str]]

_WHO = "6 of 7 engineers with savings"
_NUMBER = r"([\d,]+\.?\d*)"


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    con = scenario.warehouse(7, n_savers=6)
    con.execute(
        "insert into marts.engineer_profile select * replace (repeat('c', 32) as engineer_email) "
        f"from marts.engineer_profile where engineer_email = '{scenario.engineer(1)}'"
    )
    found = scenario.drafted(scenario.settings(tmp_path_factory.mktemp("home")), con)
    assert found
    return found


def reckoned(steps: Steps) -> tuple[str, float, float]:
    """Return the printed cost, the printed quotient and the printed return."""
    formula, result = steps["ROI"]
    divided = re.fullmatch(rf"\${_NUMBER} / \${_NUMBER}", formula)
    returned = re.match(_NUMBER, result)
    assert divided
    assert returned
    value, cost, roi = (
        float(each.replace(",", "")) for each in (*divided.groups(), returned.group(1))
    )
    formula, result = steps["Cost of CORTEX"]
    return f"{formula} = {result}", value / cost, roi


def in_report(draft: Draft) -> Steps:
    (value,) = (each for each in draft.editions["executive"] if each.section_id == "value")
    (table,) = (each for each in value.blocks if isinstance(each, Table))
    rows = table.groups[0].rows
    return {label.text: (formula.text, result.text) for label, formula, result in rows}


def slide(draft: Draft, kicker: str) -> Slide:
    return next(each for each in draft.slides if each.kicker == kicker)


def in_slides(draft: Draft) -> Steps:
    (panel,) = (each for each in slide(draft, "ROI").panels if isinstance(each, Arithmetic))
    return {each.label: (each.working, each.value) for each in panel.steps}


def in_mail(home: Path) -> Steps:
    settings = scenario.settings(home, email_team="lead@company.example")
    con = scenario.warehouse(7, n_savers=6)
    (message,) = summaries(settings, con, {}, Period(date(2025, 10, 5), "UTC"))
    told = re.findall(r"^  (.+?): (.+) = (.+)$", message.text, re.MULTILINE)
    return {label: (formula, result) for label, formula, result in told}


@pytest.mark.parametrize("read", [in_report, in_slides])
def test_the_printed_quotient_of_a_month_is_the_printed_return(
    draft: Draft, read: Callable[[Draft], Steps]
) -> None:
    cost, quotient, roi = reckoned(read(draft))
    assert cost == f"{_WHO} × 31 / 30 × $50.00 = $310.00"  # noqa: RUF001 - times
    assert quotient == pytest.approx(roi, abs=0.051)


def test_the_printed_quotient_of_a_mailed_week_is_the_printed_return(tmp_path: Path) -> None:
    cost, quotient, roi = reckoned(in_mail(tmp_path))
    assert cost == f"{_WHO} × 7 / 30 × $50.00 = $70.00"  # noqa: RUF001 - times
    assert quotient == pytest.approx(roi, abs=0.051)


def test_what_was_saved_is_said_to_be_of_those_whose_savings_are_known(draft: Draft) -> None:
    report, roi = slide(draft, "Executive summary"), slide(draft, "ROI")
    assert {_WHO in each.title for each in (report, roi)} == {True}
    assert "Time Saved: 186 hours across 6 engineers" in report.notes
    (mean,) = (each for each in roi.numbers if each.label == "Mean of each engineer's ROI")
    assert mean.rests_on == f"{_WHO}, each alike"
    supports = [each.support for each in cards(draft)]
    assert _WHO in supports


def test_known_engineers_without_data_are_told_beside_the_return(draft: Draft) -> None:
    silent = "of engineers with data; 1 known sent nothing"
    (card,) = (each for each in cards(draft) if each.label == "ROI")
    assert card.support.startswith("mean of 6 engineers: ")
    assert card.support.endswith(silent)
    for kicker in ("Executive summary", "ROI"):
        (number,) = (each for each in slide(draft, kicker).numbers if each.label == "ROI")
        assert number.rests_on == silent


def test_the_points_of_a_card_are_between_the_coverages_that_it_shows(tmp_path: Path) -> None:
    found = scenario.report(scenario.settings(tmp_path), scenario.warehouse(7, n_savers=6))
    assert found.window.team
    # Computed of the days before it was +3.7; the calendar's month before shows 79.5 %.
    now = replace(found.window.team, avg_test_coverage=80.04, coverage_improvement=3.7)
    before = replace(now, avg_test_coverage=79.45)
    told = replace(
        found,
        window=replace(found.window, team=now),
        previous=replace(found.window, team=before),
    )
    (headline, *_) = sections(told, "month", (), is_whole=False)
    shown = [card for each in headline.blocks if isinstance(each, Cards) for card in each.cards]
    (card,) = (each for each in shown if each.label == "Test coverage")
    assert (card.value, card.before) == ("80.0 %", "79.5 % the month before")
    assert card.support == "+0.5 points"


def cards(draft: Draft) -> list[Card]:
    (headline,) = (each for each in draft.editions["executive"] if each.section_id == "headline")
    return [card for each in headline.blocks if isinstance(each, Cards) for card in each.cards]
