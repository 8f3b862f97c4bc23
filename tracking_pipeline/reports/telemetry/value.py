"""The value of one window and team, as the marts of the telemetry hold it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final, Literal, TypeVar

import duckdb
import polars as pl

from tracking_pipeline.reports.query import plain

WindowKind = Literal[
    "week", "month", "quarter", "days_7", "days_14", "days_30", "days_90", "custom"
]
Advice = Literal["excellent", "strong", "positive", "low"]
Grade = Literal["Excellent", "Good", "Fair", "Needs Optimization", "Too Few Executions"]


@dataclass(frozen=True)
class Windowed:
    """A row of a window, both its dates included, and of a team."""

    window_kind: WindowKind
    start_date: date
    end_date: date
    client_id: str


@dataclass(frozen=True)
class Value(Windowed):
    """What was saved, produced and returned in a window; None is no data, never zero.

    Rates are fractions, ``*_percent`` are %; ``coverage_improvement`` is in points of test
    coverage, ``commits_per_day`` those of a person.
    """

    n_days: int
    executions: int
    successes: int | None
    success_rate: float | None
    mean_latency_ms: float | None
    tokens_saved: int | None
    api_calls_avoided: int | None
    api_calls_value_usd: float | None
    minutes_saved: int | None
    hours_saved: float | None
    cost_saved_usd: float | None
    daily_average_usd: float | None
    monthly_projection_usd: float | None
    annual_projection_usd: float | None
    commits: int | None
    prs_created: int | None
    prs_merged: int | None
    lines_added: int | None
    lines_deleted: int | None
    avg_test_coverage: float | None
    previous_test_coverage: float | None
    coverage_improvement: float | None
    bugs_fixed: int | None
    code_reviews: int | None
    commits_per_day: float | None
    productivity_gain_percent: float | None
    quality_score: float | None
    memory_hits: int | None
    memory_misses: int | None
    memory_hit_rate: float | None
    context_injections: int | None
    avg_context_tokens: float | None
    suggestions_accepted: int | None
    suggestions_rejected: int | None
    acceptance_rate: float | None
    assistant_cost_usd: float | None
    productivity_value_usd: float | None
    total_value_usd: float | None
    roi_multiplier: float | None
    recommendation: Advice | None
    provenance: str | None
    last_batch_id: int | None


@dataclass(frozen=True)
class EngineerValue(Value):
    """`marts.engineer_value`: one engineer; ``dates_covered`` of its days have a daily row."""

    engineer_hash: str
    platform: str | None
    dates_covered: int
    coverage: float | None


@dataclass(frozen=True)
class TeamValue(Value):
    """`marts.team_value`: sums and rates of sums over the team, Σ value / Σ cost.

    What was saved, its value and the ROI are of the ``engineers_valued``, whose savings are known;
    ``valued_cost_usd`` is what CORTEX cost for them, and what the ROI divides by.
    """

    engineers: int
    active_engineers: int
    engineers_valued: int
    valued_cost_usd: float
    mean_roi_multiplier: float | None


@dataclass(frozen=True)
class PlatformValue(Windowed):
    """`marts.platform_value`: the engineers of one platform; its ROI is of those valued."""

    platform: str | None
    engineers: int
    engineers_valued: int
    valued_cost_usd: float
    executions: int
    successes: int | None
    success_rate: float | None
    mean_latency_ms: float | None
    grade: Grade | None
    roi_multiplier: float | None
    memory_hit_rate: float | None
    cost_saved_usd: float | None
    last_batch_id: int | None


@dataclass(frozen=True)
class CapabilityValue(Windowed):
    """`marts.capability_value`: one capability over the team."""

    capability: str
    engineers_using: int
    active_engineers: int
    adoption_rate: float | None
    executions: int
    successes: int | None
    success_rate: float | None
    mean_latency_ms: float | None
    p95_ms: float | None
    grade: Grade | None
    tokens_saved: int | None
    last_batch_id: int | None


@dataclass(frozen=True)
class ErrorCount:
    """How often one type of error ended an execution."""

    type: str
    count: int


@dataclass(frozen=True)
class CapabilityUse(Windowed):
    """`marts.engineer_capability_value`: one engineer's use of a capability, in ms.

    ``change`` is that of the mean duration from the first chronological half to the second. The
    ``day`` figures of a half are those of its daily means.
    """

    engineer_hash: str
    capability: str
    executions: int
    successes: int | None
    success_rate: float | None
    avg_ms: float | None
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    min_ms: float | None
    max_ms: float | None
    tokens_saved: int | None
    avg_context_tokens: float | None
    errors: tuple[ErrorCount, ...]
    first_half_n: int
    first_half_mean_ms: float | None
    first_half_days: int
    first_half_day_mean_ms: float | None
    first_half_day_sd_ms: float | None
    second_half_n: int
    second_half_mean_ms: float | None
    second_half_days: int
    second_half_day_mean_ms: float | None
    second_half_day_sd_ms: float | None
    change: float | None
    last_batch_id: int | None


@dataclass(frozen=True)
class Window:
    """All of one window and team; ``team`` is None when nothing is known of it."""

    client_id: str
    team: TeamValue | None
    engineers: tuple[EngineerValue, ...]
    uses: tuple[CapabilityUse, ...]
    platforms: tuple[PlatformValue, ...]
    capabilities: tuple[CapabilityValue, ...]

    def engineer(self, engineer_hash: str) -> EngineerValue | None:
        """Return what one engineer has in it."""
        found = (each for each in self.engineers if each.engineer_hash == engineer_hash)
        return next(found, None)

    def uses_of(self, engineer_hash: str) -> tuple[CapabilityUse, ...]:
        """Return the engineer's capabilities, by name."""
        return tuple(each for each in self.uses if each.engineer_hash == engineer_hash)


Row = TypeVar("Row", bound=Windowed)

_MARTS: Final = (
    "team_value",
    "engineer_value",
    "engineer_capability_value",
    "platform_value",
    "capability_value",
)
_KEYS: Final = ("engineer_hash", "platform", "capability")


def window(con: duckdb.DuckDBPyConnection, kind: WindowKind, start: date, client_id: str) -> Window:
    """Return the team's window of that kind and first day; an empty one when it holds no data."""
    query = "select * from marts.{} where (window_kind, start_date, client_id) = ($1, $2, $3)"
    frames = {
        mart: con.execute(query.format(mart), [kind, start, client_id]).pl() for mart in _MARTS
    }
    return window_of(frames, client_id)


def window_of(frames: Mapping[str, pl.DataFrame], client_id: str) -> Window:
    """Return the team's part of one window's ``frames``, by mart (as `analysis.value.values`)."""
    own = {mart: frames[mart].filter(pl.col("client_id") == client_id) for mart in _MARTS}
    return Window(
        client_id=client_id,
        team=next(_read(TeamValue, own["team_value"]), None),
        engineers=tuple(_read(EngineerValue, own["engineer_value"])),
        uses=tuple(_read(CapabilityUse, own["engineer_capability_value"])),
        platforms=tuple(_read(PlatformValue, own["platform_value"])),
        capabilities=tuple(_read(CapabilityValue, own["capability_value"])),
    )


def _read(kind: type[Row], frame: pl.DataFrame) -> Iterator[Row]:
    """Yield the rows by engineer, platform and capability, their texts made harmless."""
    names = [field.name for field in fields(kind)]
    keys = [name for name in _KEYS if name in names]
    for row in (frame.sort(keys) if keys else frame).iter_rows(named=True):
        yield kind(**{name: _value(name, row[name]) for name in names})


def _value(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever the column holds
    if name == "errors":
        told = json.loads(value or "[]")
        return tuple(ErrorCount(plain(str(each["type"])), each["count"]) for each in told)
    return plain(value) if isinstance(value, str) else value
