"""Teams of any size in October 2025, as their reports hold them, for the slides.

Each engineer saved 400,000 tokens and 24 hours: a cost of 12 and a value of 2,412 dollars, and one
costs 31 / 30 x 50 = 51.67 dollars, so that the return is 46.68 for a team of any size.
"""

from dataclasses import fields, replace
from datetime import UTC, date, datetime
from typing import Any

from tracking_pipeline.analysis.engineer_rankings import Place
from tracking_pipeline.analysis.expansion import expansion
from tracking_pipeline.analysis.platforms import Difference
from tracking_pipeline.analysis.roi import Assumption
from tracking_pipeline.reports.draft import Draft
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.telemetry import assumptions as ids
from tracking_pipeline.reports.telemetry.deck import deck
from tracking_pipeline.reports.telemetry.exported import Exported
from tracking_pipeline.reports.telemetry.names import Called, pseudonym
from tracking_pipeline.reports.telemetry.team import NOTHING, TeamReport, WholeWeek
from tracking_pipeline.reports.telemetry.team_advice import advice, talking_points
from tracking_pipeline.reports.telemetry.team_rankings import Policy, TeamRanking, champions
from tracking_pipeline.reports.telemetry.value import (
    CapabilityValue,
    EngineerValue,
    PlatformValue,
    TeamValue,
    Window,
)
from tracking_pipeline.reports.writers.slides import slides

PERIOD = Period(date(2025, 10, 1), "UTC", "month")
AS_OF = datetime(2025, 11, 1, 9, 0, tzinfo=UTC)
WHEN: dict[str, Any] = {
    "window_kind": "month",
    "start_date": PERIOD.start,
    "end_date": PERIOD.end,
    "client_id": "acme",
}
POLICY = Policy(is_allowed=True, least=5)
CAPABILITIES = ("conversation_memory", "test_generation", "pattern_matching", "code_review")
HOSTILE = (
    '=HYPERLINK("http://example.com","x")',
    "+1+cmd|' /C calc'!A0",
    "a\x00b\x07c\ud800d",
    "<script>alert(1)</script> & ]]>",
    "W" * 400,
    "very long words " * 60,
    "🚀🏆 Ελένη Дмитрий 名前",
    "\u202eשלום عليكم",  # noqa: RUF001 - right to left
)
_WEEKS = (date(2025, 10, 5), date(2025, 10, 12), date(2025, 10, 19))
_ASSUMED = (
    (ids.TOKEN_PRICE, "Price of 1,000 tokens", "usd", 0.0025, 0.03, 0.06),
    (ids.HOURLY_RATE, "Cost of an hour of an engineer", "usd", 75, 100, 125),
    (ids.EFFICIENCY, "Share of the saved time that becomes work", "ratio", 0.18, 1, 1),
    (ids.MONTHLY_COST, "Cost of the assistant, an engineer and 30 days", "usd", 50, 50, 50),
    (ids.BASELINE, "Commits of an engineer a day without the assistant", "per_day", 1, 2, 3),
    (ids.EXPANSION, "Engineers that an expansion would add", "count", 12, 12, 12),
)
ASSUMED = {
    each[0]: Assumption(*each, "assumed", "scenario", date(2025, 11, 12)) for each in _ASSUMED
}


def team_report(n: int, names: tuple[str, ...] = (), policy: Policy = POLICY) -> TeamReport:
    """Return a team of ``n`` engineers; ``names`` are those of engineers, platforms and all."""
    hashes = [f"{i + 1:06x}{'0' * 26}" for i in range(n)]
    called = {
        each: Called(names[i] if i < len(names) else pseudonym(each), each)
        for i, each in enumerate(hashes)
    }
    whole = _window(hashes, names)
    assert whole.team
    refused = policy.refusal(n)
    rankings = () if refused else _rankings(hashes)
    leading = champions(rankings, called)
    projected = expansion([28_400.0 + 10 * i for i in range(n)], n_more=12, cost_usd=608.33)
    slower = Difference("Windows", "Darwin", 5, 2, 0.24, 0.11, 0.38, 0.004)
    return TeamReport(
        client_id="acme",
        window=whole,
        previous=NOTHING,
        weeks=tuple(WholeWeek(week, 2.7 * n, 5.4 * n, 543 * n, 33 * n) for week in _WEEKS),
        called=called,
        rankings=rankings,
        champions=leading,
        policy=policy,
        expansion=projected,
        differences=(slower,),
        training=whole.capabilities[-1:],
        advice=tuple(advice(whole.team, projected, (slower,), whole.capabilities[-1:])),
        talking_points=tuple(talking_points(whole.team, leading)),
        exported=Exported(),
        assumed=ASSUMED,
    )


def without_figures(report: TeamReport) -> TeamReport:
    """Return the report of a team that is known, and of which no figure is."""
    team = report.window.team
    assert team
    kept = {*WHEN, "n_days", "engineers", "active_engineers", "executions"}
    kept |= {"engineers_valued", "valued_cost_usd"}
    empty = {field.name: None for field in fields(TeamValue) if field.name not in kept}
    none = {"executions": 0, "active_engineers": 0, "engineers_valued": 0, "valued_cost_usd": 0.0}
    known = replace(team, **empty, **none)
    window = replace(report.window, team=known, platforms=(), capabilities=())
    bare = {"rankings": (), "champions": (), "advice": (), "talking_points": (), "weeks": ()}
    bare |= {"differences": (), "training": ()}
    return replace(
        report, window=window, expansion=expansion([], n_more=12, cost_usd=608.33), **bare
    )


def draft(report: TeamReport, *, is_demo: bool = False) -> Draft:
    """Return a draft that is nothing but slides."""
    about = ("team_value", "Value of the team", "acme", "Acme platform engineering")
    return Draft(*about, PERIOD, AS_OF, "v1", {}, None, {}, slides=deck(report), is_demo=is_demo)


def pptx(report: TeamReport, *, is_demo: bool = False) -> bytes:
    """Return the report's slides as a file."""
    return slides(draft(report, is_demo=is_demo))


def _figures(n: int) -> dict[str, Any]:
    return {
        **WHEN,
        "n_days": 31,
        "executions": 220 * n,
        "successes": 203 * n,
        "success_rate": 203 / 220,
        "mean_latency_ms": 1130.0,
        "tokens_saved": 400_000 * n,
        "api_calls_avoided": 1_350 * n,
        "api_calls_value_usd": None,
        "minutes_saved": 1_440 * n,
        "hours_saved": 24.0 * n,
        "cost_saved_usd": 12.0 * n,
        "daily_average_usd": 12 / 31 * n,
        "monthly_projection_usd": 12 / 31 * 30 * n,
        "annual_projection_usd": 12 / 31 * 365 * n,
        "commits": 147 * n,
        "prs_created": 35 * n,
        "prs_merged": 28 * n,
        "lines_added": 10_200 * n,
        "lines_deleted": 3_100 * n,
        "avg_test_coverage": 81.2,
        "previous_test_coverage": 78.8,
        "coverage_improvement": 2.4,
        "bugs_fixed": 34 * n,
        "code_reviews": 21 * n,
        "commits_per_day": 147 / 31,
        "productivity_gain_percent": (147 / 31 - 2) / 2 * 100,
        "quality_score": 82.3,
        "memory_hits": 560 * n,
        "memory_misses": 80 * n,
        "memory_hit_rate": 0.875,
        "context_injections": 750 * n,
        "avg_context_tokens": 1_850.0,
        "suggestions_accepted": 840 * n,
        "suggestions_rejected": 160 * n,
        "acceptance_rate": 0.84,
        "assistant_cost_usd": 31 / 30 * 50 * n,
        "productivity_value_usd": 2_400.0 * n,
        "total_value_usd": 2_412.0 * n,
        "roi_multiplier": 2_412 / (31 / 30 * 50),
        "recommendation": "excellent",
        "provenance": "measured",
        "last_batch_id": 1,
    }


def _window(hashes: list[str], names: tuple[str, ...]) -> Window:
    n = len(hashes)
    roi = _figures(n)["roi_multiplier"]
    valued = {"engineers_valued": n, "valued_cost_usd": 31 / 30 * 50 * n}
    people = {"engineers": n, "active_engineers": n, **valued}
    team = TeamValue(**_figures(n), **people, mean_roi_multiplier=roi)
    own = {**_figures(1), "dates_covered": 23, "coverage": 23 / 31}
    engineers = (EngineerValue(**own, engineer_hash=each, platform="Windows") for each in hashes)
    of_platforms = names or ("Darwin", "Linux", "Windows")
    shares = {name: max(1, n // (2 * i + 2)) for i, name in enumerate(of_platforms)}
    platforms = (
        PlatformValue(
            **WHEN, platform=name, engineers=count, engineers_valued=count,
            valued_cost_usd=31 / 30 * 50 * count, executions=90 * count, successes=83 * count,
            success_rate=83 / 90, mean_latency_ms=980.0 + 130 * i, grade="Fair" if i else "Good",
            roi_multiplier=48.2 - i, memory_hit_rate=0.93 - i / 20, cost_saved_usd=12.0 * count,
            last_batch_id=1,
        )
        for i, (name, count) in enumerate(shares.items())
    )  # fmt: skip
    capabilities = (
        CapabilityValue(
            **WHEN, capability=name, engineers_using=max(n - i, 1), active_engineers=n,
            adoption_rate=max(n - i, 1) / n, executions=156 * n - 20 * i, successes=140 * n,
            success_rate=0.951 - i / 30, mean_latency_ms=225.0 + 800 * i, p95_ms=420.0 + 900 * i,
            grade="Excellent", tokens_saved=12_450 * n, last_batch_id=1,
        )
        for i, name in enumerate(names or CAPABILITIES)
    )  # fmt: skip
    return Window("acme", team, tuple(engineers), (), tuple(platforms), tuple(capabilities))


def _rankings(hashes: list[str]) -> tuple[TeamRanking, ...]:
    def places(first: float, step: float) -> tuple[Place, ...]:
        n = len(hashes)
        return tuple(
            Place(each, first - i * step, first - i * step, i + 1, max(1, i), min(i + 2, n))
            for i, each in enumerate(hashes)
        )

    saved = places(21.5, 0.4)
    clear = (replace(saved[0], rank_high=1, p_first=0.004), *saved[1:])
    return (
        TeamRanking("top_cost_savers", "Top cost savers", "cost_saved_usd", "usd", clear),
        TeamRanking("top_producers", "Top producers", "commits", "count", places(178, 3)),
        TeamRanking("highest_roi", "Highest ROI", "roi_multiplier", "multiple", places(60.2, 1)),
        TeamRanking(
            "best_copilot", "Best copilot use", "memory_hit_rate", "fraction", places(0.94, 0.01)
        ),
    )
