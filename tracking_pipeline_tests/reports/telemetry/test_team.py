import math
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.analysis.engineer_rankings import engineer_days
from tracking_pipeline.reports.telemetry.exported import ExportedTotals
from tracking_pipeline.reports.telemetry.team import TeamReport
from tracking_pipeline.reports.telemetry.team_advice import recommendation, talking_points
from tracking_pipeline.reports.telemetry.team_charts import ranked
from tracking_pipeline.reports.telemetry.team_document import LISTED
from tracking_pipeline.reports.telemetry.team_rankings import (
    champions,
    rank_interval,
    team_rankings,
)
from tracking_pipeline_tests.reports.telemetry.team_scenario import (
    OCTOBER,
    TEAM,
    engineer,
    report,
    settings,
    tokens,
    warehouse,
)

NOISE = (17_000, -23_000, 9_000, 31_000, -12_000, -29_000, 21_000, 4_000, -18_000, 11_000, -7_000)


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return warehouse()


@pytest.fixture(scope="module")
def team(con: duckdb.DuckDBPyConnection, tmp_path_factory: pytest.TempPathFactory) -> TeamReport:
    return report(settings(tmp_path_factory.mktemp("home")), con)


def noisy(k: int, day: int) -> float:
    """All save alike but for chance: whose turn it is differs from engineer to engineer."""
    return 50_000 + NOISE[(day * 7 + k * 3) % len(NOISE)] + 300 * k


def swinging(k: int, day: int) -> float:
    """As usual, but for engineer 8: the most in all, and by far the most uneven."""
    return 71_000 + (40_000 if day % 2 == 0 else -40_000) if k == 8 else tokens(k, day)


def test_the_best_of_each_ranking_has_its_figure_and_its_rank(team: TeamReport) -> None:
    # Engineer 8: 31 x 80,000 + 1,000 tokens at 0.03 a thousand; (74.43 + 31 x 100) over
    # 31 / 30 x 50 = 51.67 dollars; 31 x 8 commits; 10 of 10 look-ups.
    best = {each.key: each.places[0] for each in team.rankings}
    assert {place.engineer for place in best.values()} == {engineer(8)}
    assert best["top_cost_savers"].value == pytest.approx(74.43)
    assert best["highest_roi"].value == pytest.approx(3174.43 / (31 / 30 * 50))
    assert best["top_producers"].value == 248
    assert best["best_copilot"].value == 1
    for place in best.values():
        assert place.shrunk == pytest.approx(place.value)
        assert (place.rank, place.rank_low, place.rank_high) == (1, 1, 1)


def test_a_clear_leader_is_a_champion_with_the_interval(team: TeamReport) -> None:
    assert [each.sentence for each in team.champions] == [
        "Cost champion: Engineer 888888 with $74.43",
        "ROI champion: Engineer 888888 with 61.4×",  # noqa: RUF001 - as reports write multiples
        "Copilot champion: Engineer 888888 with 100.0 %",
    ]
    assert {each.evidence for each in team.champions} == {
        "rank 1 of 8, 95 % interval 1 to 1; p < 0.001 against the closest"
    }
    assert "🏆 Top Cost Saver: Engineer 888888 ($74.43)" in [p.said for p in team.talking_points]


def test_a_leader_by_chance_is_no_champion(tmp_path: Path) -> None:
    found = report(settings(tmp_path), warehouse(saved=noisy))
    (cost,) = (each for each in found.champions if each.key == "top_cost_savers")
    assert (cost.is_judged, cost.is_clear) == (True, False)
    start = "No evidence who leads in cost savings; the highest estimate: "
    assert cost.sentence == f"{start}{cost.name} with ${cost.value:.2f}"
    assert cost.name not in " ".join(each.said for each in found.talking_points)


def test_a_window_of_two_weeks_names_nobody(
    con: duckdb.DuckDBPyConnection, team: TeamReport
) -> None:
    hashes = [each.engineer_hash for each in team.window.engineers]
    days = engineer_days(con, TEAM, hashes, (OCTOBER.start, OCTOBER.start + timedelta(days=13)))
    found = champions(team_rankings(team.window, days, team.assumed), team.called)
    assert [each.sentence for each in found] == [
        "Not enough data to say who leads in cost savings",
        "Not enough data to say who leads in ROI",
        "Not enough data to say who leads in memory hit rate",
    ]
    assert {each.is_judged for each in found} == {False}
    points = talking_points(replace(_TOTALS, commits=None), found)
    assert "Engineer" not in " ".join(each.said for each in points)


def test_lists_and_bars_are_in_the_order_of_the_figures_that_they_show(tmp_path: Path) -> None:
    # The most is saved by who swings most, whose figure is drawn below that of the second.
    found = report(settings(tmp_path), warehouse(saved=swinging))
    cost = next(each for each in found.rankings if each.key == "top_cost_savers")
    assert [(each.engineer, each.rank) for each in cost.places[:2]] == [
        (engineer(8), 2),
        (engineer(7), 1),
    ]
    bars = ranked(found, cost, LISTED)
    assert bars is not None
    assert [each.value for each in bars.points] == sorted(
        (each.value for each in cost.places), reverse=True
    )[:LISTED]
    assert bars.points[1].note.endswith(f"(rank {rank_interval(cost.places[1])})")


def test_rankings_obey_the_policy_and_the_size_of_the_team(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    off = report(settings(tmp_path, individual_rankings=False), con)
    assert (off.rankings, off.champions) == ((), ())
    assert off.refusal == "Engineers are not ranked: the policy of this installation is not to."
    larger = report(settings(tmp_path, ranking_minimum_team=9), con)
    assert larger.rankings == ()
    assert larger.refusal.endswith("8 engineers with data, and only teams of 9 are.")


def test_four_engineers_are_neither_ranked_nor_projected(tmp_path: Path) -> None:
    found = report(settings(tmp_path), warehouse(4))
    assert (found.rankings, found.champions, found.expansion.base) == ((), (), None)
    assert found.refusal.endswith("4 engineers with data, and only teams of 5 are.")
    (advised,) = (each for each in found.advice if each.kind == "expansion")
    assert advised.evidence == "not enough data: 4 of 5 engineers with a value"
    assert not advised.is_supported


def test_five_engineers_are_ranked_and_projected(tmp_path: Path) -> None:
    found = report(settings(tmp_path), warehouse(5))
    assert [len(each.places) for each in found.rankings] == [5] * 4
    assert found.champions[0].is_clear
    (advised,) = (each for each in found.advice if each.kind == "expansion")
    assert advised.is_supported


def test_an_expansion_shows_its_arithmetic(team: TeamReport) -> None:
    # All saved 334.83 and 248 hours: 25,134.83 / 8 / 31 x 365 = 36,992.79 an engineer and year;
    # the assistant costs 50 / 30 x 365 = 608.33; 12 x (36,992.79 - 608.33) = 436,613.53.
    found = team.expansion
    assert found.base is not None
    assert (found.n_more, found.n) == (12, 8)
    assert found.cost_usd == pytest.approx(608.33, abs=0.01)
    assert found.base.value_usd == pytest.approx(36_992.79, abs=0.01)
    assert found.base.net_usd == pytest.approx(436_613.53, abs=0.01)


def test_training_goes_to_what_fails_or_is_hardly_used(team: TeamReport) -> None:
    # 56 of 80 runs of test generation succeed, p < 0.001 against 90 %; one of eight generates docs.
    assert [each.capability for each in team.training] == ["test_generation", "doc_generation"]
    (advised,) = (each for each in team.advice if each.kind == "training")
    assert advised.sentence == "Increase training on Test generation, Doc generation"
    assert "70.0 % of 80 successful" in advised.evidence


def test_the_latency_of_ten_executions_has_no_grade_and_that_of_twenty_has(
    team: TeamReport,
) -> None:
    grades = {each.capability: each.grade for each in team.window.capabilities}
    assert grades["doc_generation"] == "Too Few Executions"  # 10 of one engineer
    # 200 and 2,000 ms, x (1.5 x (4 + 0.10) + 3 + 0.18 + 1.08) / 8 = 1.30
    assert grades["conversation_memory"] == "Excellent"
    assert grades["test_generation"] == "Needs Optimization"
    # Linux: one engineer with 10 of each, 1,100 x 1.08 = 1,188 ms
    (linux,) = (each for each in team.window.platforms if each.platform == "Linux")
    assert (linux.executions, linux.grade) == (20, "Fair")


def test_a_platform_is_advised_on_only_when_the_difference_is_supported(
    tmp_path: Path, team: TeamReport
) -> None:
    # 1.5 x the geometric mean of 1.01 to 1.04 over that of 1.05 to 1.07 is 1.4504.
    (found,) = team.differences
    assert (found.slow, found.fast, found.n_slow, found.n_fast) == ("Windows", "Darwin", 4, 3)
    engineers = (
        math.prod([1.01, 1.02, 1.03, 1.04]) ** 0.25,
        math.prod([1.05, 1.06, 1.07]) ** (1 / 3),
    )
    assert found.share == pytest.approx(1.5 * engineers[0] / engineers[1] - 1)
    (advised,) = (each for each in team.advice if each.kind == "platform")
    assert advised.sentence == "Optimize Windows platform performance (macOS benchmark)"
    alike = report(settings(tmp_path), warehouse(slow=1.03))
    (none,) = (each for each in alike.advice if each.kind == "platform")
    assert none.sentence == "No platform is shown to be slower than another"
    assert none.evidence.startswith("no evidence: ")


def test_a_team_of_two_platforms_of_one_engineer_has_not_enough_data(tmp_path: Path) -> None:
    con = warehouse(2)
    con.execute(f"update marts.engineer_value set platform = 'Linux' where {_is(2)}")
    (found,) = (each for each in report(settings(tmp_path), con).advice if each.kind == "platform")
    assert found.evidence.startswith("not enough data: ")


@pytest.mark.parametrize(
    ("roi", "words"),
    [
        (3.0, "🏆 Excellent team ROI - Expand CORTEX usage"),
        (2.99, "✅ Strong team ROI - Continue investment"),
        (2.0, "✅ Strong team ROI - Continue investment"),
        (1.0, "📈 Positive team ROI - Monitor and optimize"),
        (0.99, "⚠️ Low team ROI - Increase training and adoption"),
    ],
)
def test_the_recommendation_has_the_seeds_words(roi: float, words: str) -> None:
    totals = replace(_TOTALS, roi_multiplier=roi)
    assert recommendation(totals.recommendation) == words
    assert [each.said for each in talking_points(totals)][-1] == f"✅ Recommendation: {words}"


def test_talking_points_read_as_the_seed_words_them() -> None:
    # Seed 003's team of eight.
    assert [each.said for each in talking_points(_TOTALS)] == [
        "💰 Team Cost Savings: $6,780.00 ($81,360.00/year projected)",
        "⏱️  Time Saved: 196 hours across 8 engineers",
        "📈 Team Productivity: 1,136 commits, 224 PRs merged",
        "🚀 Team Copilot Enhancement: 87.5% memory hit rate",
        "💪 Average ROI: 3.2x return on CORTEX investment",
        "✅ Recommendation: 🏆 Excellent team ROI - Expand CORTEX usage",
    ]


def test_unknown_merges_are_left_out_of_the_sentence_and_one_engineer_is_one() -> None:
    one = replace(_TOTALS, prs_merged=None, engineers=1, engineers_valued=1)
    said = [each.said for each in talking_points(one)]
    assert "📈 Team Productivity: 1,136 commits" in said
    assert "⏱️  Time Saved: 196 hours across 1 engineer" in said


def test_what_is_not_known_is_no_talking_point() -> None:
    silent = ExportedTotals(2, 0, *[None] * 10, coverage=1.0)
    assert list(talking_points(silent)) == []


def test_weeks_that_lie_whole_in_the_month_are_told(team: TeamReport) -> None:
    assert [each.start for each in team.weeks] == [date(2025, 10, day) for day in (5, 12, 19)]
    # Seven turns sum to 0: 7 x 360,000 tokens of all eight, at 0.03 a thousand.
    assert {each.cost_saved_usd for each in team.weeks} == {75.6}
    assert {each.hours_saved for each in team.weeks} == {56.0}


def test_who_is_known_and_sent_nothing_is_silent(
    tmp_path: Path, con: duckdb.DuckDBPyConnection
) -> None:
    own = con.cursor()
    own.execute("begin")
    own.execute(
        "insert into marts.engineer_profile select * replace (repeat('c', 32) as engineer_email) "
        f"from marts.engineer_profile where engineer_email = '{engineer(1)}'"
    )
    assert report(settings(tmp_path), own).silent == ("c" * 32,)
    simulated = "update marts.engineer_profile set provenance = 'simulated'"
    own.execute(f"{simulated} where engineer_email = repeat('c', 32)")
    assert report(settings(tmp_path), own).silent == ()
    demo = settings(tmp_path / "demo")
    demo.demo_file.parent.mkdir(parents=True)
    demo.demo_file.touch()
    assert report(demo, own).silent == ("c" * 32,)
    before = f"update marts.engineer_profile set installation_date = '{OCTOBER.next_start}'"
    own.execute(f"{before} where engineer_email = repeat('c', 32)")
    assert report(settings(tmp_path), own).silent == ()
    own.execute("rollback")


def test_an_engineer_without_days_of_tokens_is_in_no_ranking_of_cost(tmp_path: Path) -> None:
    con = warehouse(saved=lambda k, day: None if k == 8 else tokens(k, day))
    found = report(settings(tmp_path), con)
    (cost,) = (each for each in found.rankings if each.key == "top_cost_savers")
    assert engineer(8) not in {each.engineer for each in cost.places}
    assert cost.places[0].engineer == engineer(7)


def _is(k: int) -> str:
    return f"engineer_hash = '{engineer(k)}'"


_TOTALS = ExportedTotals(
    engineers=8,
    engineers_valued=8,
    cost_saved_usd=6780.0,
    annual_projection_usd=81_360.0,
    hours_saved=196.4,
    commits=1136,
    prs_merged=224,
    memory_hit_rate=0.875,
    total_value_usd=None,
    assistant_cost_usd=None,
    roi_multiplier=3.2,
    mean_roi_multiplier=3.2,
    coverage=0.6,
)
