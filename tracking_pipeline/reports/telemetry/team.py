"""One team's window as its report, its YAML and its slides tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb

from tracking_pipeline.analysis.engineer_rankings import engineer_days
from tracking_pipeline.analysis.expansion import Expansion, expansion
from tracking_pipeline.analysis.platforms import Difference, Duration, differences
from tracking_pipeline.reports.query import rows
from tracking_pipeline.reports.telemetry import assumptions as ids
from tracking_pipeline.reports.telemetry.assumptions import Assumed, assumed
from tracking_pipeline.reports.telemetry.exported import Exported, exported
from tracking_pipeline.reports.telemetry.names import Called, called
from tracking_pipeline.reports.telemetry.team_advice import (
    Advice,
    TalkingPoint,
    advice,
    talking_points,
    training,
)
from tracking_pipeline.reports.telemetry.team_rankings import (
    Champion,
    Policy,
    TeamRanking,
    champions,
    team_rankings,
)
from tracking_pipeline.reports.telemetry.value import CapabilityValue, Window
from tracking_pipeline.settings import Settings


@dataclass(frozen=True)
class WholeWeek:
    """What the team's week (Sunday to Saturday) brought; None is no data."""

    start: date
    cost_saved_usd: float | None
    hours_saved: float | None
    total_value_usd: float | None
    commits: int | None


@dataclass(frozen=True)
class TeamReport:
    """One team's window: its figures, what they say of whom, and what to do.

    ``previous`` is the window before it, empty when nothing is known of it; ``weeks`` are those
    that lie whole in the window. ``called`` says by ``engineer_hash`` how each engineer of it is
    called. ``rankings`` and ``champions`` are empty where ``refusal`` says why nobody is ranked.
    ``differences`` are the tested ones of platforms, ``training`` the capabilities worth training,
    ``silent`` the engineers that are known and sent nothing in the window. The report is of the
    exports alone when ``window.team`` is None.
    """

    client_id: str
    window: Window
    previous: Window
    weeks: tuple[WholeWeek, ...]
    called: Mapping[str, Called]
    rankings: tuple[TeamRanking, ...]
    champions: tuple[Champion, ...]
    policy: Policy
    expansion: Expansion
    differences: tuple[Difference, ...]
    training: tuple[CapabilityValue, ...]
    advice: tuple[Advice, ...]
    talking_points: tuple[TalkingPoint, ...]
    exported: Exported
    assumed: Assumed
    silent: tuple[str, ...] = ()

    @property
    def refusal(self) -> str:
        """Why nobody of the window is ranked; empty when they are."""
        return self.policy.refusal(len(self.window.engineers))

    @property
    def basis(self) -> str:
        """Whom the figures are of, when engineers are known that sent nothing; else empty."""
        n = len(self.silent)
        return f"of engineers with data; {n:,} known sent nothing" if n else ""

    def name(self, engineer_hash: str) -> str:
        """Return how the report calls the engineer."""
        return self.called[engineer_hash].name


NOTHING: Final = Window("", None, (), (), (), ())
"""The window before one that nothing is known of."""

_YEAR: Final = 365
_MONTH: Final = 30
_WEEKS: Final = """
select start_date as start, cost_saved_usd, hours_saved, total_value_usd, commits
from marts.team_value
where window_kind = 'week' and client_id = $1 and start_date >= $2 and end_date <= $3
    and end_date = start_date + 6
order by start_date
"""
_KNOWN: Final = """
select engineer_email as engineer_hash from marts.engineer_profile
where client_id = $1 and coalesce(installation_date::date <= $2, true)
    and (provenance = 'measured' or (provenance = 'simulated' and $3))
order by engineer_email
"""


def team_report(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    window: Window,
    dates: tuple[date, date],
    previous: Window = NOTHING,
) -> TeamReport:
    """Return the team's report of ``window``, whose first and last dates are ``dates``.

    ``con`` is a warehouse or a snapshot with the telemetry's marts; who is named, and whether
    anyone is ranked, the settings say.
    """
    client_id, given = window.client_id, assumed(con)
    delivered = exported(con, client_id, dates)
    known = rows(con, _KNOWN, [client_id, dates[1], settings.is_demo])
    silent = _silent({row["engineer_hash"] for row in known}, window, delivered)
    names = called(settings, _everyone(window, delivered, silent))
    policy = Policy(settings.individual_rankings, settings.ranking_minimum_team)
    is_refused = bool(policy.refusal(len(window.engineers)))
    ranked = () if is_refused else _rankings(con, window, dates, given)
    leading = champions(ranked, names)
    projected = _expansion(window, given)
    compared = _differences(window)
    trained = training(window, given)
    team = window.team
    return TeamReport(
        client_id=client_id,
        window=window,
        previous=previous,
        weeks=tuple(WholeWeek(**row) for row in rows(con, _WEEKS, [client_id, *dates])),
        called=names,
        rankings=ranked,
        champions=leading,
        policy=policy,
        expansion=projected,
        differences=compared,
        training=trained,
        advice=() if team is None else tuple(advice(team, projected, compared, trained)),
        talking_points=() if team is None else tuple(talking_points(team, leading)),
        exported=delivered,
        assumed=given,
        silent=silent,
    )


def _silent(known: set[str], window: Window, delivered: Exported) -> tuple[str, ...]:
    """Return those of the engineers with a profile by the window's end that have nothing in it."""
    return tuple(sorted(known - _everyone(window, delivered, ())))


def _everyone(window: Window, delivered: Exported, silent: tuple[str, ...]) -> set[str]:
    computed = {each.engineer_hash for each in window.engineers}
    mismatched = {each.engineer_hash for each in delivered.mismatches if each.engineer_hash}
    return {*computed, *mismatched, *(each.engineer_hash for each in delivered.engineers), *silent}


def _rankings(
    con: duckdb.DuckDBPyConnection, window: Window, dates: tuple[date, date], given: Assumed
) -> tuple[TeamRanking, ...]:
    hashes = [each.engineer_hash for each in window.engineers]
    return team_rankings(window, engineer_days(con, window.client_id, hashes, dates), given)


def _expansion(window: Window, given: Assumed) -> Expansion:
    """Return what the assumed further engineers would bring a year, at the assistant's cost."""
    values = [
        each.total_value_usd / each.n_days * _YEAR
        for each in window.engineers
        if each.total_value_usd is not None
    ]
    cost = given[ids.MONTHLY_COST].base / _MONTH * _YEAR
    return expansion(values, n_more=round(given[ids.EXPANSION].base), cost_usd=cost)


def _differences(window: Window) -> tuple[Difference, ...]:
    platforms = {each.engineer_hash: each.platform for each in window.engineers}
    return differences(
        Duration(platform, each.engineer_hash, each.capability, each.avg_ms)
        for each in window.uses
        if each.avg_ms is not None and (platform := platforms.get(each.engineer_hash))
    )
