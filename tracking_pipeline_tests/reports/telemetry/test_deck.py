import re
from dataclasses import replace

import pytest

from tracking_pipeline.reports.slides import Arithmetic, Bullets, Slide, SlideChart, SlideTable
from tracking_pipeline.reports.telemetry.deck import deck
from tracking_pipeline.reports.telemetry.exported import Exported, ExportedTotals
from tracking_pipeline.reports.telemetry.team_rankings import Policy
from tracking_pipeline_tests.reports.telemetry import deck_scenario as scenario

KICKERS = [
    *("Engineers' telemetry", "Executive summary", "Cost savings breakdown", "ROI", "Champions"),
    *("Platform analysis", "Capability adoption", "Productivity and quality"),
    *("Copilot enhancement", "Recommendations"),
]
TOTALS = ExportedTotals(
    engineers=2, engineers_valued=2, cost_saved_usd=32.83, annual_projection_usd=399.43,
    hours_saved=57.8, commits=278, prs_merged=40, memory_hit_rate=0.898, total_value_usd=5812.83,
    assistant_cost_usd=100.0, roi_multiplier=58.1, mean_roi_multiplier=58.15,
    coverage=1.0,
)  # fmt: skip
CLAIM_WORDS = re.compile(
    r"improv|declin|anomal|winner|impact|best time|top performer|exceed", re.IGNORECASE
)


def slide(kicker: str, n: int = 8, **changes: object) -> Slide:
    report = replace(scenario.team_report(n), **changes)  # type: ignore[arg-type]
    return next(each for each in deck(report) if each.kicker == kicker)


def numbers(found: Slide) -> dict[str, tuple[str, str]]:
    return {each.label: (each.value, each.rests_on) for each in found.numbers}


def said(found: Slide) -> str:
    """Return all that stands on the slide, but its charts."""
    parts = [found.title, found.text, found.footnote]
    parts += [text for each in found.numbers for text in (each.label, each.value, each.rests_on)]
    for panel in found.panels:
        match panel:
            case Bullets():
                parts += panel.lines
            case SlideTable():
                parts += [cell for row in panel.rows for cell in row]
            case Arithmetic():
                parts += [f"{step.label} {step.working} {step.value}" for step in panel.steps]
    return " ".join(parts)


@pytest.mark.parametrize("n", [1, 8, 40])
def test_a_team_of_any_size_has_its_ten_slides_in_order(n: int) -> None:
    assert [each.kicker for each in deck(scenario.team_report(n))] == KICKERS


def test_the_summary_leads_with_value_and_cost() -> None:
    found = slide("Executive summary")
    assert found.title == "CORTEX delivered $19,296 of value, 46.7× its cost"  # noqa: RUF001
    assert numbers(found) == {
        "Cost saved": ("$96.00", "$1,130 projected a year"),
        "Time saved": ("192.0 h", "by 8 engineers, worth $19,200"),
        "ROI": ("46.7×", "$19,296 of value / $413.33"),  # noqa: RUF001
        "Commits": ("1,176", "224 pull requests merged"),
    }


def test_the_summary_says_how_much_of_the_window_has_data() -> None:
    # 23 of the 31 dates of each engineer.
    told = said(slide("Executive summary"))
    assert "74 % of the engineers' days have any daily figure" in told


@pytest.mark.parametrize(
    ("covered", "said_of_it"),
    [(23, "The window before: $19,296"), (8, "The window before, partial (26 %): $19,296")],
)
def test_a_window_before_with_fewer_dates_is_called_partial(covered: int, said_of_it: str) -> None:
    now = scenario.team_report(8).window
    earlier = tuple(replace(each, dates_covered=covered) for each in now.engineers)
    found = slide("Executive summary", previous=replace(now, engineers=earlier))
    assert f"{said_of_it} of value delivered" in said(found)


def test_a_return_of_some_engineers_says_of_whom() -> None:
    window = scenario.team_report(8).window
    assert window.team
    some = replace(window.team, engineers_valued=6, valued_cost_usd=310.0)
    found = slide("ROI", window=replace(window, team=some))
    assert found.title.startswith("The ROI is 46.7× for 6 of 8 engineers with savings, ")  # noqa: RUF001 - times
    assert numbers(found)["Cost of CORTEX"] == ("$310.00", "6 of 8 engineers with savings, 31 days")


def test_savings_are_charted_by_source_and_calls_without_a_price_are_a_count() -> None:
    found = slide("Cost savings breakdown")
    (chart,) = (panel for panel in found.panels if isinstance(panel, SlideChart))
    assert dict(zip(chart.categories, chart.series[0].values, strict=True)) == {
        "Developer time": 19_200.0,
        "Token optimisation": 96.0,
    }
    assert numbers(found)["API calls avoided"] == ("10,800", "a count: nobody has stated a price")


def test_calls_with_a_price_are_charted_as_a_value() -> None:
    report = scenario.team_report(8)
    assert report.window.team
    priced = replace(report.window.team, api_calls_value_usd=21.6)
    price = replace(
        scenario.ASSUMED["token_price_per_1000_usd"], assumption_id="api_call_price_usd", base=0.002
    )
    found = slide(
        "Cost savings breakdown",
        window=replace(report.window, team=priced),
        assumed={**scenario.ASSUMED, "api_call_price_usd": price},
    )
    (chart,) = (panel for panel in found.panels if isinstance(panel, SlideChart))
    assert (chart.categories[2], chart.series[0].values[2]) == ("API calls avoided", 21.6)
    assert "10,800 calls at $0.002" in said(found)


def test_the_return_is_shown_step_by_step_with_what_it_assumes() -> None:
    found = slide("ROI")
    (reckoning,) = found.panels
    assert isinstance(reckoning, Arithmetic)
    assert [(step.label, step.value, step.is_result) for step in reckoning.steps] == [
        ("Cost saved", "$96.00", False),
        ("Value of the time saved", "$19,200.00", False),
        ("Value delivered", "$19,296.00", True),
        ("Cost of CORTEX", "$413.33", False),
        ("ROI", "46.7×", True),  # noqa: RUF001
    ]
    assert "cost of an hour of an engineer $100 ($75 to $125)" in found.footnote


def test_a_champion_is_only_who_is_told_apart() -> None:
    found = slide("Champions")
    name = "Engineer 000001"
    assert found.title == f"Cost champion: {name}"
    assert numbers(found) == {
        "Cost champion": (name, "$21.50, rank 1 of 8, 95 % interval 1 to 1"),
        "ROI champion": (
            "No evidence",
            f"Highest estimate: {name} with 60.2×, rank 1 of 8, 95 % interval 1 to 2",  # noqa: RUF001
        ),
        "Copilot champion": (
            "No evidence",
            f"Highest estimate: {name} with 94.0 %, rank 1 of 8, 95 % interval 1 to 2",
        ),
    }
    (table,) = found.panels
    assert isinstance(table, SlideTable)
    assert table.rows[0] == (
        *("1", "Engineer 000001 · $21.50 · 1 to 1"),
        "Engineer 000001 · 60.2× · 1 to 2",  # noqa: RUF001
        "Engineer 000001 · 94.0 % · 1 to 2",
    )


@pytest.mark.parametrize(
    ("is_judged", "title", "shown"),
    [
        (True, "No evidence who leads", "No evidence"),
        (False, "Not enough data to say who leads", "Not enough data"),
    ],
)
def test_without_a_champion_nobody_is_said_to_lead(
    *, is_judged: bool, title: str, shown: str
) -> None:
    report = scenario.team_report(8)
    untold = [replace(each, is_clear=False, is_judged=is_judged) for each in report.champions]
    found = slide("Champions", champions=tuple(untold))
    assert found.title == title
    assert {each.value for each in found.numbers} == {shown}


@pytest.mark.parametrize(
    ("n", "policy", "why"),
    [
        (4, Policy(is_allowed=True, least=5), "4 engineers with data, and only teams of 5 are"),
        (8, Policy(is_allowed=False, least=5), "the policy of this installation is not to"),
    ],
)
def test_where_nobody_is_ranked_the_slide_says_why_and_names_no_one(
    n: int, policy: Policy, why: str
) -> None:
    slides = deck(scenario.team_report(n, policy=policy))
    (found,) = (each for each in slides if each.kicker == "Champions")
    assert why in found.text
    everything = " ".join(said(each) + " ".join(each.notes) for each in slides)
    assert "Engineer 0000" not in everything


def test_a_platform_is_called_slower_only_when_the_test_says_so() -> None:
    assert (
        slide("Platform analysis").title
        == "Windows takes 24.0 % longer than macOS for the same capabilities"
    )
    unproven = replace(scenario.team_report(8).differences[0], p_value=0.2)
    for differences in ((), (unproven,)):
        title = slide("Platform analysis", differences=differences).title
        assert title == "No platform is shown to be slower than another"


def test_adoption_is_charted_and_counted_in_the_title() -> None:
    found = slide("Capability adoption")
    assert found.title == "1 of 4 capabilities in use by all, Code review by 5 of 8"
    chart = found.panels[0]
    assert isinstance(chart, SlideChart)
    assert chart.series[0].values == (1.0, 0.875, 0.75, 0.625)


def test_work_is_set_against_the_assumed_baseline() -> None:
    found = slide("Productivity and quality")
    assert found.title == "4.74 commits an engineer and day, 137.1 % above the baseline"
    assert "Quality score 82.3 of 100" in said(found)
    assert numbers(found)["Test coverage"][1] == "+2.4 points against the 31 days before"


def test_copilot_rates_name_their_denominators() -> None:
    found = numbers(slide("Copilot enhancement"))
    assert found["Memory hit rate"] == ("87.5 %", "of 5,120 lookups")
    assert found["Suggestions accepted, share"] == ("84.0 %", "of 8,000 suggestions")


def test_recommendations_show_the_arithmetic_of_an_expansion() -> None:
    found = slide("Recommendations")
    reckoning = found.panels[1]
    assert isinstance(reckoning, Arithmetic)
    # 8 engineers of 28,400 to 28,470: mean 28,435; 12 x (28,435 - 608.33) = 333,920.04
    assert [step.value for step in reckoning.steps] == ["$28,435", "$608.33", "$333,920"]
    assert reckoning.steps[-1].working == "12 × ($28,435 − $608.33)"  # noqa: RUF001
    assert found.title.startswith("Excellent team ROI - Expand CORTEX usage")


def test_what_is_missing_reads_no_data_and_never_zero() -> None:
    slides = deck(scenario.without_figures(scenario.team_report(8)))
    assert [each.kicker for each in slides] == KICKERS
    for each in slides:
        values = [number.value for number in each.numbers]
        assert set(values) <= {"no data", "None"}
        assert not [panel for panel in each.panels if isinstance(panel, SlideChart)]
        assert not re.search(r"\$0(?!\.)|\b0\.0\b|—", said(each))


def test_a_team_too_small_to_project_says_so() -> None:
    found = slide("Recommendations", n=2)
    assert numbers(found)["12 more engineers, net a year"] == (
        "no data",
        "2 of 5 engineers with a value",
    )
    assert "An expansion is not projected" in said(found)


def test_exports_alone_are_told_as_exported() -> None:
    report = scenario.team_report(8)
    bare = replace(report, window=replace(report.window, team=None), exported=Exported((), TOTALS))
    cover, found = deck(bare)
    assert cover.text == "2 engineers"
    assert numbers(found)["ROI"] == ("58.1×", "$5,813 / $100.00")  # noqa: RUF001
    assert "nothing is recomputed" in found.footnote


def test_nothing_at_all_is_a_cover_that_says_so() -> None:
    report = scenario.team_report(8)
    (cover,) = deck(replace(report, window=replace(report.window, team=None)))
    assert cover.text == "No data"


def test_no_slide_claims_what_no_test_supports() -> None:
    slides = deck(replace(scenario.team_report(8), differences=(), advice=(), champions=()))
    assert [text for each in slides for text in CLAIM_WORDS.findall(said(each))] == []
