from dataclasses import replace
from datetime import date

import pytest

from tracking_pipeline.analysis.roi import (
    Account,
    Amount,
    Assumption,
    roi_cases,
    roi_pct,
    sensitivity,
    span,
)
from tracking_pipeline.errors import AssumptionError, DoubleCountError

DAY = date(2026, 1, 31)
MEETING = Assumption(
    "cost_per_meeting", "Traditional cost per meeting", "usd", 300, 380, 500, "vendor", "guide", DAY
)
SDR = Assumption("sdr_cost", "SDR a month", "usd", 6000, 8500, 9000, "assumed", "framework", DAY)
BOOKED = Assumption(
    "sdr_meetings", "Meetings an SDR books", "count", 8, 10, 20, "assumed", "g", DAY
)
OVERSIGHT = Assumption("oversight", "Oversight", "h", 0, 5, 10, "assumed", "kick-off", DAY)
WAGE = Assumption("wage", "Hour of oversight", "usd", 40, 50, 60, "assumed", "kick-off", DAY)

MEETINGS = Amount("Meetings booked", 100, "meetings_booked", ("cost_per_meeting",))
TEAM = Amount("SDR team", 100, "meetings_booked", ("sdr_cost",), ("sdr_meetings",))
ENGINES = Amount("Operation", 10_000)
PEOPLE = Amount("Oversight", 4, times=("oversight", "wage"))

ACCOUNT = Account((MEETINGS,), (ENGINES,), (MEETING,))
PEOPLED = Account((MEETINGS,), (ENGINES, PEOPLE), (MEETING, OVERSIGHT, WAGE))


@pytest.mark.parametrize(
    ("benefit", "cost", "expected"),
    [
        (5000.0, 1000.0, 400.0),
        (1000.0, 1000.0, 0.0),
        (250.0, 1000.0, -75.0),
        (0.0, 1000.0, -100.0),
        (33_440.0, 1500.0, 2129.3333333333335),  # 88 meetings at $380, of a pilot month of $1,500
        (1000.0, 0.0, None),
        (None, 1000.0, None),
        (1000.0, None, None),
    ],
)
def test_roi_is_what_is_left_of_the_benefit_over_the_cost(
    benefit: float | None, cost: float | None, expected: float | None
) -> None:
    assert roi_pct(benefit, cost) == expected


def test_cases_take_each_assumption_at_its_ends() -> None:
    # 100 meetings for $10,000: 30,000, 38,000 and 50,000 of traditional cost.
    assert [case.roi_pct for case in roi_cases(ACCOUNT)] == [200, 280, 400]
    assert [case.net_usd for case in roi_cases(ACCOUNT)] == [20_000, 28_000, 40_000]


def test_low_case_takes_a_divisor_at_its_high_end() -> None:
    account = Account((TEAM,), (ENGINES,), (SDR, BOOKED))
    low, base, high = roi_cases(account)
    # 100 / 20 · 6,000 = 30,000; 100 / 10 · 8,500 = 85,000; 100 / 8 · 9,000 = 112,500
    assert (low.benefit_usd, base.benefit_usd, high.benefit_usd) == (30_000, 85_000, 112_500)
    assert low.values == {"sdr_cost": 6000, "sdr_meetings": 20}


def test_low_case_takes_a_cost_at_its_high_end() -> None:
    low, base, high = roi_cases(PEOPLED)
    # 10,000 + 4 · 10 · 60 = 12,400; 10,000 + 4 · 5 · 50 = 11,000; 10,000 + 0
    assert (low.cost_usd, base.cost_usd, high.cost_usd) == (12_400, 11_000, 10_000)
    assert low.net_usd == 30_000 - 12_400


def test_tornado_moves_one_assumption_at_a_time_the_widest_first() -> None:
    swings = sensitivity(PEOPLED)
    assert [swing.assumption.assumption_id for swing in swings] == [
        *("cost_per_meeting", "oversight", "wage")
    ]
    meeting, oversight, wage = swings
    # 30,000 and 50,000 over 11,000; 38,000 over 10,000 and 12,000; over 10,800 and 11,200
    assert (meeting.at_low, meeting.at_high) == pytest.approx((172.727273, 354.545455))
    assert (oversight.at_low, oversight.at_high) == pytest.approx((280, 216.666667))
    assert (wage.at_low, wage.at_high) == pytest.approx((251.851852, 239.285714))
    assert meeting.width == pytest.approx(181.818182)


def test_tornado_breaks_ties_by_name() -> None:
    twin = replace(MEETING, assumption_id="a_twin")
    half = replace(MEETINGS, quantity=50, counts="first")
    other = Amount("Others", 50, "second", ("a_twin",))
    account = Account((half, other), (ENGINES,), (MEETING, twin))
    assert [swing.assumption.assumption_id for swing in sensitivity(account)] == [
        *("a_twin", "cost_per_meeting")
    ]


def test_tornado_leaves_out_what_moves_nothing() -> None:
    recorded = replace(MEETING, low=380.0, high=380.0, basis="measured")
    assert sensitivity(Account((MEETINGS,), (ENGINES,), (recorded, SDR))) == ()


def test_nothing_spent_has_no_roi_and_no_tornado() -> None:
    account = Account((MEETINGS,), (), (MEETING,))
    assert [case.roi_pct for case in roi_cases(account)] == [None, None, None]
    assert [case.benefit_usd for case in roi_cases(account)] == [38_000, 38_000, 38_000]
    assert sensitivity(account) == ()


def test_only_what_an_amount_rests_on_is_used() -> None:
    assert Account((MEETINGS,), (ENGINES,), (MEETING, SDR)).used == (MEETING,)


def test_an_amount_spans_from_its_smallest_to_its_largest() -> None:
    hours = Assumption("sdr_hours", "Hours a month", "h", 147, 160, 173, "assumed", "calendar", DAY)
    saved = Amount("Hours", 100, times=("sdr_hours",), per=("sdr_meetings",))
    # 100 · 147 / 20, 100 · 160 / 10, 100 · 173 / 8
    assert span(saved, (hours, BOOKED)) == (735, 1600, 2162.5)


def test_a_span_on_nothing_declared_is_refused() -> None:
    with pytest.raises(AssumptionError, match="rests on cost_per_meeting"):
        span(MEETINGS, (SDR,))


def test_two_benefits_of_one_output_are_refused() -> None:
    with pytest.raises(DoubleCountError, match="both count meetings_booked") as refused:
        Account((MEETINGS, TEAM), (ENGINES,), (MEETING, SDR, BOOKED))
    assert refused.value.culprit == "the benefits 'Meetings booked' and 'SDR team'"
    assert refused.value.fix.startswith("Keep one of them")


def test_costs_may_stand_side_by_side() -> None:
    assert roi_cases(PEOPLED)[1].cost_usd == 11_000


def test_an_amount_on_nothing_declared_is_refused() -> None:
    with pytest.raises(AssumptionError, match="rests on sdr_cost, sdr_meetings"):
        Account((TEAM,), (ENGINES,), (MEETING,))


@pytest.mark.parametrize("change", [{"low": 400.0}, {"high": 370.0}, {"low": -1.0}, {"base": 0.0}])
def test_a_range_out_of_order_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(AssumptionError, match="the assumption cost_per_meeting"):
        Account((MEETINGS,), (ENGINES,), (replace(MEETING, **change),))  # type: ignore[arg-type]


@pytest.mark.parametrize("end", [float("inf"), float("nan")])
def test_a_range_without_end_is_refused(end: float) -> None:
    with pytest.raises(AssumptionError):
        Account((MEETINGS,), (ENGINES,), (replace(MEETING, high=end),))


def test_a_divisor_that_may_be_zero_is_refused() -> None:
    with pytest.raises(AssumptionError, match="may be 0"):
        Account((TEAM,), (ENGINES,), (SDR, replace(BOOKED, low=0)))
