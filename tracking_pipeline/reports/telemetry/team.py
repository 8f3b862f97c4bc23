"""One team's window as its report, its YAML and its slides tell it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracking_pipeline.analysis.expansion import Expansion
from tracking_pipeline.analysis.platforms import Difference
from tracking_pipeline.reports.telemetry.assumptions import Assumed
from tracking_pipeline.reports.telemetry.exported import Exported
from tracking_pipeline.reports.telemetry.names import Called
from tracking_pipeline.reports.telemetry.team_advice import Advice, TalkingPoint
from tracking_pipeline.reports.telemetry.team_rankings import Champion, TeamRanking
from tracking_pipeline.reports.telemetry.value import CapabilityValue, Window


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
    refusal: str
    expansion: Expansion
    differences: tuple[Difference, ...]
    training: tuple[CapabilityValue, ...]
    advice: tuple[Advice, ...]
    talking_points: tuple[TalkingPoint, ...]
    exported: Exported
    assumed: Assumed
    silent: tuple[str, ...] = ()

    def name(self, engineer_hash: str) -> str:
        """Return how the report calls the engineer."""
        return self.called[engineer_hash].name
