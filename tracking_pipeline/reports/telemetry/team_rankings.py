"""Who of a team stands where, and who may be called a champion."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from tracking_pipeline.analysis.engineer_rankings import (
    FEWEST_DAYS,
    EngineerDays,
    Place,
    by_ratio,
    by_total,
    is_clear,
)
from tracking_pipeline.analysis.statistics.ranking import SMALLEST_COHORT
from tracking_pipeline.analysis.statistics.series import Array
from tracking_pipeline.reports import display
from tracking_pipeline.reports.telemetry import assumptions as ids
from tracking_pipeline.reports.telemetry.assumptions import Assumed
from tracking_pipeline.reports.telemetry.names import Called
from tracking_pipeline.reports.telemetry.value import EngineerValue, Window

RankingKey = Literal["top_cost_savers", "top_producers", "highest_roi", "best_copilot"]

UNJUDGED: Final = (
    f"ranks are tested of {SMALLEST_COHORT} engineers or more with enough data, "
    f"over {FEWEST_DAYS} days or more"
)


@dataclass(frozen=True)
class Policy:
    """Whether engineers are ranked here, and in teams of which size."""

    is_allowed: bool
    least: int

    def refusal(self, n_engineers: int) -> str:
        """Return why nobody of so many engineers is ranked; empty when they are."""
        if not self.is_allowed:
            return "Engineers are not ranked: the policy of this installation is not to."
        if n_engineers < self.least:
            of = display.counted(n_engineers, "engineer")
            return f"Engineers are not ranked: {of} with data, and only teams of {self.least} are."
        return ""


@dataclass(frozen=True)
class TeamRanking:
    """The engineers by one figure of theirs (a column of `engineer_value`), highest first."""

    key: RankingKey
    label: str
    figure: str
    unit: str
    places: tuple[Place, ...]

    @property
    def is_judged(self) -> bool:
        """Whether ranks have intervals."""
        return any(each.rank is not None for each in self.places)


@dataclass(frozen=True)
class Champion:
    """Who has the highest figure of one ranking; a champion only when ``is_clear``.

    When not even ``is_judged``, the ``sentence`` names nobody.
    """

    key: RankingKey
    title: str
    engineer: str
    name: str
    value: float
    unit: str
    is_judged: bool
    is_clear: bool
    sentence: str
    evidence: str


_RANKINGS: Final = (
    TeamRanking("top_cost_savers", "Top cost savers", "cost_saved_usd", "usd", ()),
    TeamRanking("top_producers", "Top producers", "commits", "count", ()),
    TeamRanking("highest_roi", "Highest ROI", "roi_multiplier", "multiple", ()),
    TeamRanking("best_copilot", "Best copilot use", "memory_hit_rate", "fraction", ()),
)
_TITLES: Final[Mapping[RankingKey, tuple[str, str]]] = {
    "top_cost_savers": ("Cost champion", "cost savings"),
    "highest_roi": ("ROI champion", "ROI"),
    "best_copilot": ("Copilot champion", "memory hit rate"),
}
_CALENDAR_MONTH: Final = 30
"""Days that the assistant's monthly cost buys."""


def team_rankings(window: Window, days: EngineerDays, assumed: Assumed) -> tuple[TeamRanking, ...]:
    """Return every ranking of the window's engineers, by what they recorded day by day."""
    return tuple(replace(each, places=_places(each, window, days, assumed)) for each in _RANKINGS)


def champions(
    rankings: tuple[TeamRanking, ...], called: Mapping[str, Called]
) -> tuple[Champion, ...]:
    """Return who is first in cost, ROI and copilot use, in words that the ranks support."""
    return tuple(
        _champion(each, called[each.places[0].engineer].name)
        for each in rankings
        if each.key in _TITLES and each.places
    )


def rank_interval(place: Place) -> str:
    """Return the 95 % interval of the rank as it reads."""
    return "not ranked" if place.rank is None else f"{place.rank_low} to {place.rank_high}"


def _places(
    ranking: TeamRanking, window: Window, days: EngineerDays, assumed: Assumed
) -> tuple[Place, ...]:
    engineers = {each.engineer_hash: each for each in window.engineers}
    standing = [engineers[each] for each in days.engineers]
    values = [getattr(each, ranking.figure) for each in standing]
    seed = standing[0].start_date.toordinal()
    if ranking.key == "best_copilot":
        parts = days.memory_hits, days.memory_lookups
        return by_ratio(days.engineers, values, parts, seed=seed)
    daily, scale = _daily(ranking.key, days, assumed, standing[0])
    return by_total(days.engineers, values, daily, scale=scale, seed=seed)


def _daily(
    key: RankingKey, days: EngineerDays, assumed: Assumed, anyone: EngineerValue
) -> tuple[Array, float]:
    """Return what counts of each date, and what turns its mean into the window's figure."""
    if key == "top_producers":
        return days.commits, anyone.n_days
    cost = days.tokens_saved / 1000 * assumed[ids.TOKEN_PRICE].base
    if key == "top_cost_savers":
        return cost, anyone.n_days
    hour = assumed[ids.HOURLY_RATE].base * assumed[ids.EFFICIENCY].base
    worth = np.stack([cost, days.minutes_saved / 60 * hour])
    value = np.where(np.isnan(worth).all(axis=0), np.nan, np.nansum(worth, axis=0))
    return value, _CALENDAR_MONTH / assumed[ids.MONTHLY_COST].base


def _champion(ranking: TeamRanking, name: str) -> Champion:
    first = ranking.places[0]
    return Champion(
        key=ranking.key,
        title=_TITLES[ranking.key][0],
        engineer=first.engineer,
        name=name,
        value=first.value,
        unit=ranking.unit,
        is_judged=ranking.is_judged,
        is_clear=is_clear(ranking.places),
        sentence=_sentence(ranking, f"{name} with {display.number(first.value, ranking.unit)}"),
        evidence=_evidence(ranking, first),
    )


def _sentence(ranking: TeamRanking, first: str) -> str:
    title, figure = _TITLES[ranking.key]
    if not ranking.is_judged:
        return f"Not enough data to say who leads in {figure}"
    if not is_clear(ranking.places):
        return f"No evidence who leads in {figure}; the highest estimate: {first}"
    return f"{title}: {first}"


def _evidence(ranking: TeamRanking, first: Place) -> str:
    if first.rank is None:
        return UNJUDGED
    n_ranked = sum(each.rank is not None for each in ranking.places)
    sure = display.evidence(None, first.p_first, None, None)
    tested = f"; {sure} against the closest" if sure else ""
    return f"rank {first.rank} of {n_ranked}, 95 % interval {rank_interval(first)}{tested}"
