import json

import duckdb
import pytest

from tracking_pipeline.reports.engines.month import month
from tracking_pipeline.reports.engines.pricing import priced
from tracking_pipeline.reports.engines.roi_monthly import draft, versions
from tracking_pipeline.reports.render import rendered
from tracking_pipeline_tests.reports.engines.scenario import (
    AS_OF,
    HOSTILE,
    MONTH,
    SETTINGS,
    text,
    warehouse,
)


def told(subject: str, con: duckdb.DuckDBPyConnection | None = None) -> str:
    return text(draft(SETTINGS, con or warehouse(), subject, MONTH, AS_OF), "technical")


def test_every_client_and_all_of_them_are_told_of() -> None:
    assert {subject for subject, _ in versions(warehouse(), None)} == {"acme", "birch", "all"}
    assert {subject for subject, _ in versions(warehouse(), "acme")} == {"acme"}


def test_the_leading_figures_reach_the_text() -> None:
    said = told("acme")
    for figure in ("200.0 %", "1140.0 %", "$11,400.00", "260.0 h", "250.0 h the month before"):
        assert figure in said


def test_a_month_with_few_days_is_marked_and_left_out_of_the_chart() -> None:
    con = warehouse()
    assert "partial" not in told("acme", con)
    con.execute(
        "update marts.economics_monthly set coverage = 0.29, days_with_data = 8 "
        f"where month_start = '{MONTH.previous.start}'"
    )
    said = told("acme", con)
    assert f"Partial, so not in the chart: {MONTH.previous.start:%B %Y}." in said
    assert "partial: its sums are not those of a month" in said
    assert "8 of 28" in said


def test_a_recorded_earlier_cost_leaves_nothing_to_assume() -> None:
    traditional, team = priced(month(warehouse(), MONTH, "acme"))
    assert {case.benefit_usd for case in traditional.cases} == {12_400}
    assert traditional.tornado is None
    assert team.tornado is not None
    assert "Against the traditional way nothing is assumed" in told("acme")


def test_a_team_is_priced_by_what_its_members_book() -> None:
    _, team = priced(month(warehouse(), MONTH, "acme"))
    # 40 / 20 · 8,500; 40 / 16 · 8,500; 40 / 12 · 10,000 for engines that cost 1,000
    assert [case.benefit_usd for case in team.cases] == pytest.approx([17_000, 21_250, 33_333.3333])
    assert [case.roi_pct for case in team.cases] == pytest.approx([1600, 2025, 3233.3333])
    assert [swing.assumption.assumption_id for swing in team.swings] == [
        *("sdr_meetings_per_month", "sdr_monthly_cost_usd")
    ]
    assert "$21,250.00" in told("acme")
    assert "2025.0 %" in told("acme")


def test_the_time_of_sdrs_spans_from_the_least_to_the_most() -> None:
    said = told("acme")
    # 40 / 20, 40 / 16, 40 / 12 months; 40 · 147 / 20, 40 · 160 / 16, 40 · 173 / 12 hours
    for figure in ("2.00 months", "2.50 months", "3.33 months", "294.0 h", "400.0 h", "576.7 h"):
        assert figure in said


def test_unknown_meetings_price_nothing_and_say_so() -> None:
    assert priced(month(warehouse(), MONTH, "birch")) == ()
    said = told("birch")
    assert "it needs the operational cost and the meetings booked" in said
    assert "needs every engine's cost and at least one meeting" in said


def test_all_clients_are_priced_each_at_its_own_cost() -> None:
    con = warehouse()
    meetings = "update marts.economics_monthly set compared_meetings_booked ="
    con.execute(f"{meetings} 10 where client_id = 'birch'")
    con.execute(f"{meetings} 50 where is_total")
    traditional, _ = priced(month(con, MONTH, "all"))
    # acme's 12,400 as measured, and birch's 10 meetings at 300, 380, 500; the cost is 1,500
    assert [case.benefit_usd for case in traditional.cases] == [15_400, 16_200, 17_400]
    assert traditional.cases[1].roi_pct == pytest.approx(980)


def test_costs_that_are_not_stated_are_said_and_enter_no_ratio() -> None:
    con = warehouse()
    con.execute(
        "update marts.economics_monthly set compared_operational_cost_usd = 400, "
        "compared_meetings_booked = 4, compared_traditional_cost_usd = 1240, days_compared = 15, "
        f"cost_coverage = 0.48 where client_id = 'acme' and month_start = '{MONTH.start}'"
    )
    traditional, _ = priced(month(con, MONTH, "acme"))
    assert [case.roi_pct for case in traditional.cases] == pytest.approx([210, 210, 210])
    made = draft(SETTINGS, con, "acme", MONTH, AS_OF)
    assert made is not None
    reason = "not every engine's day states its cost (48 %): ratios rest on those that do"
    assert made.reasons == (reason,)
    said = told("acme", con)
    assert "15 days with every cost" in said
    assert "31 days with data, not every cost stated (48 %)" in said


def test_every_assumption_is_listed_with_its_basis_source_and_date() -> None:
    said = told("all")
    for part in ("$300.00", "$380.00", "$500.00", "vendor", "a guide", "2026-01-31"):
        assert part in said
    assert "Traditional cost per meeting of Acme Robotics" in said
    for part in ("Two SDRs", "invoices", "measured, 2025-12-01"):
        assert part in said


def test_next_month_has_both_intervals_or_why_it_is_refused() -> None:
    said = told("acme")
    for part in ("41 to 49", "38 to 52", "theta", "0.80", "not enough data"):
        assert part in said


def test_without_a_forecast_the_text_says_so() -> None:
    assert "Nothing is forecast" in told("birch")


def test_the_data_carry_cases_swings_assumptions_and_forecasts() -> None:
    made = draft(SETTINGS, warehouse(), "acme", MONTH, AS_OF)
    data = json.loads(rendered(made)["report.json"])["roi"]
    assert len(data["cases"]) == 6
    assert len(data["assumptions"]) == 4
    assert data["figures"]["engine_roi_pct"] == 200
    assert data["forecasts"][1]["reason"] == "not_enough_data"


def test_a_silent_month_has_no_figures_and_no_zero() -> None:
    con = warehouse()
    con.execute("delete from marts.economics_monthly where client_id = 'birch'")
    said = told("birch", con)
    assert "no data in this period" in said
    assert "$0.00" not in said


def test_the_same_month_is_the_same_bytes() -> None:
    first, second = (rendered(draft(SETTINGS, warehouse(), "all", MONTH, AS_OF)) for _ in range(2))
    assert first == second


def test_a_hostile_name_is_text() -> None:
    files = rendered(draft(SETTINGS, warehouse(HOSTILE), "all", MONTH, AS_OF))
    html = files["executive.html"].decode()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "{{7*7}}" in html
