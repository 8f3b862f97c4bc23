"""What the engines' pages show, as values."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Trend = Literal["up", "down", "stable"]
NoTrend = Literal["no evidence", "not enough data"]


@dataclass(frozen=True)
class Client:
    """A client with engines."""

    client_id: str
    name: str
    industry: str | None
    is_simulated: bool


@dataclass(frozen=True)
class DayValue:
    """A value of one day."""

    day: date
    value: float


@dataclass(frozen=True)
class MetricData:
    """One metric of an engine on its last complete day; the comparisons are positive when better.

    ``comparison`` and ``industry_comparison`` are shares of the benchmark and the industry average.
    """

    metric: str
    label: str
    unit: str
    direction: str
    value: float | None
    benchmark: float | None
    industry_average: float | None
    comparison: float | None
    attainment: float | None
    n: float | None
    metric_date: date | None

    @property
    def industry_comparison(self) -> float | None:
        """The value against the industry average, by the metric's direction."""
        if self.value is None or not self.industry_average or self.direction == "neutral":
            return None
        share = (self.value - self.industry_average) / abs(self.industry_average)
        return share if self.direction == "higher" else -share


@dataclass(frozen=True)
class EngineCard:
    """One engine of one client on its last complete day, and today so far."""

    client_id: str
    engine_id: str
    engine_name: str
    purpose: str
    score_date: date | None
    performance_score: float | None
    score_status: str | None
    score_today: float | None
    benchmark_comparison: float | None
    n_metrics: int
    n_metrics_with_data: int
    last_updated: datetime | None
    trend: Trend | NoTrend
    metrics: tuple[MetricData, ...]
    scores: tuple[DayValue, ...]

    @property
    def industry_comparison(self) -> float | None:
        """The mean of its metrics' comparisons with the industry average."""
        known = [each.industry_comparison for each in self.metrics]
        found = [value for value in known if value is not None]
        return sum(found) / len(found) if found else None


@dataclass(frozen=True)
class Goal:
    """A client's goal for one metric, in the metric's unit of the goals' table."""

    label: str
    unit: str
    target_value: float
    current_value: float | None
    status: str | None
    due_date: date | None
    is_overdue: bool


@dataclass(frozen=True)
class Alert:
    """A threshold that was crossed."""

    severity: str
    message: str
    week_start: date


@dataclass(frozen=True)
class Recommendation:
    """What to do next, in its order."""

    title: str
    description: str
    priority: str
    action_items: tuple[str, ...]
    week_start: date


@dataclass(frozen=True)
class Claim:
    """A sentence of the claims gate; it says itself what it rests on."""

    sentence: str
    is_supported: bool


@dataclass(frozen=True)
class EngineDetail:
    """Everything about one engine of one client; ``history`` by metric, oldest day first."""

    card: EngineCard
    history: dict[str, tuple[DayValue, ...]]
    goals: tuple[Goal, ...]
    alerts: tuple[Alert, ...]
    recommendations: tuple[Recommendation, ...]
    claims: tuple[Claim, ...]
