"""What the assistant of one engineer of the demo company records, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from tracking_pipeline.demo.company.series import N_DAYS
from tracking_pipeline.demo.company.team import Capability, Teammate, team

USD_PER_1000_TOKENS: Final = 0.03
_STARTS, _ENDS = time(9), time(18)
_FRIDAY: Final = 5
_SECONDS: Final = 3600 * (_ENDS.hour - _STARTS.hour) - 60
_SPREAD = 0.3
_DAILY_SPREAD = 0.2
_COVERAGE_SPREAD = 1.5
_SUCCESS = 0.96
_HITS, _ACCEPTED = 0.88, 0.84
_ERRORS: Final = ("timeout", "context_overflow", "parse_error")

_CREATED = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Recorded:
    """The tables that an assistant fills, in their columns and in order of time.

    ``timestamp`` is the engineer's clock, ``created_at`` the same moment in UTC, ``metric_date``
    the engineer's date; all of them text.
    """

    performance_metrics: pl.DataFrame
    productivity_metrics: pl.DataFrame
    cost_savings: pl.DataFrame
    copilot_metrics: pl.DataFrame

    def where(self, rule: pl.Expr) -> Self:
        """Return the rows for which ``rule`` of their ``metric_date`` (a date) holds."""
        return type(self)(*(_dated(getattr(self, table.name), rule) for table in fields(self)))


def recorded(
    mate: Teammate, rng: np.random.Generator, days: Sequence[date], until: datetime
) -> Recorded:
    """Return what was recorded on ``days``, as far as that was before ``until``.

    The same generator state gives the same rows.
    """
    evenings = [datetime.combine(day, _ENDS, ZoneInfo(mate.timezone)) for day in days]
    written = pl.Series(evenings).dt.convert_time_zone("UTC").dt.strftime(_CREATED)
    daily = pl.DataFrame({"metric_date": days, "created_at": written}).with_columns(
        pl.col("metric_date").dt.to_string()
    )
    tables = (
        _executions(mate, rng, days),
        *(daily.hstack(table) for table in _daily(mate, rng, len(days))),
    )
    now = until.astimezone(ZoneInfo("UTC")).strftime(_CREATED)
    return Recorded(*(table.filter(pl.col("created_at") <= now) for table in tables))


def workdays(last_day: date, n_days: int = N_DAYS) -> list[date]:
    """Return the weekdays of the ``n_days`` days that end on ``last_day``, in order."""
    days = (last_day - timedelta(days=ago) for ago in range(n_days - 1, -1, -1))
    return [day for day in days if day.isoweekday() <= _FRIDAY]


def _dated(table: pl.DataFrame, rule: pl.Expr) -> pl.DataFrame:
    at = "timestamp" if "timestamp" in table.columns else "metric_date"
    day = pl.col(at).str.head(10).str.to_date().alias("metric_date")
    return table.filter(table.select(day).select(rule).to_series())


def _executions(mate: Teammate, rng: np.random.Generator, days: Sequence[date]) -> pl.DataFrame:
    used = (each for each in team().capabilities if mate.key in (each.used_by or {mate.key}))
    moments = pl.col("timestamp").dt.replace_time_zone(mate.timezone).dt.convert_time_zone("UTC")
    return (
        pl.concat(_of_capability(mate, each, rng, days) for each in used)
        .sort("timestamp", maintain_order=True)
        .with_columns(created_at=moments.dt.strftime(_CREATED))
        .with_columns(pl.col("timestamp").dt.strftime("%Y-%m-%dT%H:%M:%S%.6f"))
    )


def _of_capability(
    mate: Teammate, capability: Capability, rng: np.random.Generator, days: Sequence[date]
) -> pl.DataFrame:
    counts = rng.poisson(capability.executions, len(days))
    day = np.repeat(np.array(days, dtype="datetime64[us]"), counts)
    ago = np.repeat([(days[-1] - day).days for day in days], counts)
    n = len(day)
    luck = np.exp(rng.normal(-(_SPREAD**2) / 2, _SPREAD, n))
    pace = capability.mean_ms * team().slow_platforms.get(mate.platform, 1.0)
    start = 1_000_000 * 3600 * _STARTS.hour
    at = start + rng.integers(0, _SECONDS * 1_000_000, n)
    is_successful = rng.random(n) < _SUCCESS
    return pl.DataFrame(
        {
            "capability": np.full(n, capability.name),
            "duration_ms": np.round(pace * _slower(mate, capability, ago) * luck, 3),
            "success": is_successful.astype(int),
            "error_type": pl.Series(rng.choice(_ERRORS, n)).set(pl.Series(is_successful), None),
            "tokens_saved": np.where(is_successful, rng.poisson(capability.tokens, n), 0),
            "context_size_tokens": rng.poisson(1850, n),
            "timestamp": day + at.astype("timedelta64[us]"),
        }
    )


def _slower(mate: Teammate, capability: Capability, ago: np.ndarray) -> np.ndarray:
    """Return how many times the usual duration it takes, so many days before the last one."""
    factor = np.ones(len(ago))
    for each in team().slower:
        if (each.engineer, each.capability) == (mate.key, capability.name):
            factor += each.change * np.clip((each.first - ago) / each.first, 0, 1)
    return factor


def _daily(
    mate: Teammate, rng: np.random.Generator, n: int
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    lookups, offered = rng.poisson(26, n), rng.poisson(40, n)
    hits, accepted = rng.binomial(lookups, _HITS), rng.binomial(offered, _ACCEPTED)
    tokens = np.round(mate.tokens * np.clip(rng.normal(1, _DAILY_SPREAD, n), 0, None)).astype(int)
    coverage = rng.normal(mate.coverage, _COVERAGE_SPREAD, n)
    commits, opened = rng.poisson(5, n), rng.poisson(0.9, n)
    productivity = {
        "commits_count": commits,
        "prs_created": opened,
        "prs_merged": rng.binomial(opened, 0.8),
        "lines_added": rng.poisson(70 * commits),
        "lines_deleted": rng.poisson(28 * commits),
        "test_coverage_percent": np.round(coverage, 1),
        "bugs_fixed": rng.poisson(0.6, n),
        "code_reviews_completed": rng.poisson(0.7, n),
    }
    savings = {
        "tokens_saved_count": tokens,
        "api_calls_avoided": rng.poisson(42, n),
        "estimated_cost_saved_usd": tokens / 1000 * USD_PER_1000_TOKENS,
        "time_saved_minutes": rng.poisson(mate.minutes, n),
    }
    copilot = {
        "memory_hits": hits,
        "memory_misses": lookups - hits,
        "context_injections": rng.poisson(28, n),
        "avg_context_tokens": rng.poisson(1850, n),
        "suggestions_accepted": accepted,
        "suggestions_rejected": offered - accepted,
    }
    return pl.DataFrame(productivity), pl.DataFrame(savings), pl.DataFrame(copilot)
