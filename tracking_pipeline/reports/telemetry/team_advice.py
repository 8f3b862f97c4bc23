"""What a team's window advises, and its talking points, in the words of seed 003."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tracking_pipeline.analysis import capabilities, expansion, platforms
from tracking_pipeline.analysis.capabilities import Outcomes, p_below
from tracking_pipeline.analysis.expansion import Expansion
from tracking_pipeline.analysis.platforms import Difference
from tracking_pipeline.analysis.statistics.ranking import SMALLEST_COHORT
from tracking_pipeline.reports import display
from tracking_pipeline.reports.telemetry.arithmetic import valued
from tracking_pipeline.reports.telemetry.assumptions import Assumed
from tracking_pipeline.reports.telemetry.exported import ExportedTotals
from tracking_pipeline.reports.telemetry.names import platform_name
from tracking_pipeline.reports.telemetry.team_rankings import Champion
from tracking_pipeline.reports.telemetry.value import Advice as Verdict
from tracking_pipeline.reports.telemetry.value import CapabilityValue, TeamValue, Window

TRAINING_ADOPTION: Final = "training_adoption_rate"
TRAINING_SUCCESS: Final = "training_success_rate"


@dataclass(frozen=True)
class Advice:
    """One recommendation, what it rests on, and whether that supports it."""

    kind: Literal["team", "expansion", "training", "platform"]
    symbol: str
    sentence: str
    evidence: str
    is_supported: bool


@dataclass(frozen=True)
class TalkingPoint:
    """One line for executives; ``mark`` is the symbol that the seed sets before its words."""

    symbol: str
    label: str
    words: str
    mark: str = ""

    @property
    def said(self) -> str:
        """The line as the seed writes it."""
        return f"{self.symbol} {self.label}: {self.mark}{self.words}"

    @property
    def plain(self) -> str:
        """The line without symbols, which not every font has."""
        return f"{self.label}: {self.words}"


RECOMMENDATIONS: Final[Mapping[Verdict, tuple[str, str]]] = {
    "excellent": ("🏆", "Excellent team ROI - Expand CORTEX usage"),
    "strong": ("✅", "Strong team ROI - Continue investment"),
    "positive": ("📈", "Positive team ROI - Monitor and optimize"),
    "low": ("⚠️", "Low team ROI - Increase training and adoption"),
}
"""The words of the CORTEX telemetry system for each verdict on a team."""


def recommendation(verdict: Verdict | None) -> str | None:
    """Return the seed's words, its symbol first; None without a verdict."""
    return None if verdict is None else " ".join(RECOMMENDATIONS[verdict])


def training(window: Window, assumed: Assumed) -> tuple[CapabilityValue, ...]:
    """Return the capabilities that too few use, or that are shown to succeed too seldom.

    Seldomest success first; the lines are assumptions. Success is tested of the capabilities that
    enough engineers use, adjusted over them.
    """
    least_used = assumed[TRAINING_ADOPTION].base
    outcomes = [_outcomes(window, each.capability) for each in window.capabilities]
    p_values = p_below(outcomes, assumed[TRAINING_SUCCESS].base)
    failing = {
        each.capability
        for each, p in zip(window.capabilities, p_values, strict=True)
        if p is not None and p < capabilities.SURE
    }
    chosen = (
        each
        for each in window.capabilities
        if each.capability in failing or (each.adoption_rate or 0.0) < least_used
    )
    return tuple(sorted(chosen, key=lambda each: (each.success_rate or 0.0, each.capability)))


def _outcomes(window: Window, capability: str) -> list[Outcomes]:
    return [
        Outcomes(each.executions, each.success_rate)
        for each in window.uses
        if each.capability == capability and each.success_rate is not None
    ]


def advice(
    team: TeamValue,
    projected: Expansion,
    differences: Sequence[Difference],
    trained: Sequence[CapabilityValue],
) -> Iterator[Advice]:
    """Yield the seed's four recommendations, each with what it rests on."""
    if team.recommendation is not None:
        yield _team(team, team.recommendation)
    yield _expansion(projected)
    yield _training(trained)
    yield _platform(differences)


def talking_points(
    team: TeamValue | ExportedTotals, champions: Sequence[Champion] = ()
) -> Iterator[TalkingPoint]:
    """Yield the seed's lines, as far as their figures are known.

    Who leads is told by name only when the ranking is clear.
    """
    if team.cost_saved_usd is not None:
        yearly = f"({_usd(team.annual_projection_usd)}/year projected)"
        yield TalkingPoint("💰", "Team Cost Savings", f"{_usd(team.cost_saved_usd)} {yearly}")
    if team.hours_saved is not None:
        people = display.counted(team.engineers_valued, "engineer")
        words = f"{team.hours_saved:,.0f} hours across {people}"
        yield TalkingPoint("⏱️ ", "Time Saved", words)
    if team.commits is not None:
        merged = "" if team.prs_merged is None else f", {team.prs_merged:,} PRs merged"
        yield TalkingPoint("📈", "Team Productivity", f"{team.commits:,} commits{merged}")
    for each in champions:
        if each.key == "top_cost_savers" and each.is_clear:
            yield TalkingPoint("🏆", "Top Cost Saver", f"{each.name} ({_usd(each.value)})")
    if team.memory_hit_rate is not None:
        words = f"{team.memory_hit_rate:.1%} memory hit rate"
        yield TalkingPoint("🚀", "Team Copilot Enhancement", words)
    if team.mean_roi_multiplier is not None:
        words = f"{team.mean_roi_multiplier:.1f}x return on CORTEX investment"
        yield TalkingPoint("💪", "Average ROI", words)
    if team.recommendation is not None:
        mark, words = RECOMMENDATIONS[team.recommendation]
        yield TalkingPoint("✅", "Recommendation", words, f"{mark} ")


def _team(team: TeamValue, verdict: Verdict) -> Advice:
    symbol, words = RECOMMENDATIONS[verdict]
    value, cost = _usd(team.total_value_usd), _usd(team.valued_cost_usd)
    returned = display.number(team.roi_multiplier, "multiple")
    evidence = f"ROI {returned}: {value} of value / {cost}, {valued(team)}"
    return Advice("team", symbol, words, evidence, is_supported=True)


def _expansion(found: Expansion) -> Advice:
    if found.low is None or found.base is None or found.high is None:
        evidence = f"not enough data: {found.n} of {SMALLEST_COHORT} engineers with a value"
        return Advice(
            "expansion", "📈", "An expansion is not projected", evidence, is_supported=False
        )
    savings = f"projected {_usd(found.base.net_usd)} annual savings"
    spread = f"{_usd(found.low.net_usd)} to {_usd(found.high.net_usd)} ({expansion.METHOD})"
    if found.low.net_usd <= 0:
        return Advice(
            "expansion", "📈", "An expansion is not shown to pay", spread, is_supported=False
        )
    words = f"Expand to additional {found.n_more} engineers ({savings})"
    return Advice("expansion", "📈", words, spread, is_supported=True)


def _training(trained: Sequence[CapabilityValue]) -> Advice:
    if not trained:
        evidence = (
            f"none is used by too few or shown to succeed too seldom ({capabilities.METHOD}; "
            f"below {capabilities.FEWEST} engineers not enough data)"
        )
        none = "No capability is singled out for training"
        return Advice("training", "🎓", none, evidence, is_supported=False)
    names = ", ".join(display.title(each.capability) for each in trained)
    evidence = "; ".join(
        f"{display.title(each.capability)}: used by {each.engineers_using} of "
        f"{each.active_engineers}, {display.number(each.success_rate, 'fraction')} of "
        f"{each.executions:,} successful"
        for each in trained
    )
    return Advice("training", "🎓", f"Increase training on {names}", evidence, is_supported=True)


def _platform(differences: Sequence[Difference]) -> Advice:
    supported = [each for each in differences if each.is_supported]
    if not supported:
        none = "No platform is shown to be slower than another"
        return Advice("platform", "🖥️ ", none, _untold(differences), is_supported=False)
    first = max(supported, key=lambda each: each.share)
    slow, fast = platform_name(first.slow), platform_name(first.fast)
    words = f"Optimize {slow} platform performance ({fast} benchmark)"
    evidence = f"{compared(first)}: {tested(first)}"
    return Advice("platform", "🖥️ ", words, evidence, is_supported=True)


def compared(found: Difference) -> str:
    """Return how far apart two platforms are."""
    slow, fast = platform_name(found.slow), platform_name(found.fast)
    share = display.number(found.share, "fraction")
    return f"{slow} takes {share} longer than {fast} for the same capabilities"


def tested(found: Difference) -> str:
    """Return how sure it is that two platforms are apart."""
    low, high = (display.number(each, "fraction") for each in (found.low, found.high))
    sure = display.evidence(None, found.p_value, None, None)
    engineers = f"{found.n_slow} and {found.n_fast} engineers"
    return f"95 % interval {low} to {high}, {sure}, {engineers} ({platforms.METHOD})"


def _untold(differences: Sequence[Difference]) -> str:
    if not differences:
        least = platforms.FEWEST
        return f"not enough data: it takes two platforms of at least {least} engineers each"
    return f"no evidence: {compared(differences[0])}, {tested(differences[0])}"


def _usd(value: float | None) -> str:
    return display.number(value, "usd")
