"""What the demo company is: its clients, its engines' working day and the planted truth."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

PLAN = Path(__file__).with_name("company.yml")


@dataclass(frozen=True)
class Client:
    """One client; ``pilot_start`` in days before the last day, its factors of a working day."""

    client_id: str
    name: str
    industry: str
    timezone: str
    pilot_start: int
    volume: float
    cost: float
    quality: float
    engine_quality: dict[str, float]
    satisfaction: tuple[int, ...]
    uptime: float
    published_uptime: str
    previous_method: dict[str, Any] = field(default_factory=dict)
    statement: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Engine:
    """A working day of one engine at volume 1; ``counts`` is the metric that its units are."""

    engine_id: str
    units: float
    cost_usd: float
    value_usd: float
    counts: str = ""


@dataclass(frozen=True)
class Change:
    """A planted change of one series, reached as the share ``change`` of its level.

    A trend grows evenly from ``first`` (days before the last day) to the last day, a level shift
    holds from ``first`` on, an anomaly is that day alone.
    """

    kind: Literal["trend", "level_shift", "anomaly"]
    client_id: str
    engine_id: str
    metric: str
    change: float
    first: int


@dataclass(frozen=True)
class Outage:
    """Days (before the last day, both included) without any observation of one engine."""

    client_id: str
    engine_id: str
    first: int
    last: int


@dataclass(frozen=True)
class LateDay:
    """A day of one client that arrives a week after it."""

    client_id: str
    day: int


@dataclass(frozen=True)
class OddMetric:
    """A metric of one engine that arrives unlike the catalogue has it."""

    client_id: str
    engine_id: str
    metric: str


@dataclass(frozen=True)
class Goal:
    """A client's goal; days before the last day, negative ones lie after it."""

    client_id: str
    engine_id: str
    goal_metric: str
    target_value: float
    start_value: float | None = None
    start: int | None = None
    due: int | None = None


@dataclass(frozen=True)
class Plan:
    """The whole demo company as data."""

    clients: tuple[Client, ...]
    engines: tuple[Engine, ...]
    changes: tuple[Change, ...]
    goals: tuple[Goal, ...]
    outages: tuple[Outage, ...]
    late: tuple[LateDay, ...]
    unknown_metrics: tuple[OddMetric, ...]
    percent_metrics: tuple[OddMetric, ...]


@cache
def plan() -> Plan:
    """Return the demo company as ``company.yml`` describes it."""
    given = yaml.safe_load(PLAN.read_text(encoding="utf-8"))
    return Plan(
        clients=tuple(
            Client(client_id=key, **{**about, "satisfaction": tuple(about["satisfaction"])})
            for key, about in given["clients"].items()
        ),
        engines=tuple(Engine(engine_id=key, **about) for key, about in given["engines"].items()),
        changes=tuple(Change(**about) for about in given["changes"]),
        goals=tuple(Goal(**about) for about in given["goals"]),
        outages=tuple(Outage(**about) for about in given["outages"]),
        late=tuple(LateDay(**about) for about in given["late"]),
        unknown_metrics=tuple(OddMetric(**about) for about in given["unknown_metrics"]),
        percent_metrics=tuple(OddMetric(**about) for about in given["percent_metrics"]),
    )
