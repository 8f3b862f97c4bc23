"""What engineers delivered as exports: kept as they are, never mixed with what is computed here."""

import math
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final, Literal, TypeVar

import duckdb

from tracking_pipeline.reports.query import Row, rows
from tracking_pipeline.reports.telemetry.value import Advice, Grade


@dataclass(frozen=True)
class ExportedEngineer:
    """One engineer's counted exports together; of a single one its totals as it states them.

    ``exported_at`` is as written, of the newest; the exports hold ``dates_covered`` from
    ``first_date`` to ``last_date``.
    """

    engineer_hash: str
    platform: str | None
    n_exports: int
    exported_at: datetime
    first_date: date | None
    last_date: date | None
    dates_covered: int | None
    cost_saved_usd: float | None
    hours_saved: float | None
    commits: int | None
    prs_merged: int | None
    memory_hit_rate: float | None
    roi_multiplier: float | None


@dataclass(frozen=True)
class ExportedTotals:
    """The counted exports together: sums, rates of sums, Σ value / Σ cost.

    An engineer of several exports is projected once, by the mean of what they project, and is one
    of the mean of ROIs. ``engineers_valued`` are those whose exports state savings. ``coverage``
    is the share of the window's dates that the exports hold, of the mean engineer.
    """

    engineers: int
    engineers_valued: int
    cost_saved_usd: float | None
    annual_projection_usd: float | None
    hours_saved: float | None
    commits: int | None
    prs_merged: int | None
    memory_hit_rate: float | None
    total_value_usd: float | None
    assistant_cost_usd: float | None
    roi_multiplier: float | None
    mean_roi_multiplier: float | None
    coverage: float

    @property
    def recommendation(self) -> Advice | None:
        """What the return advises: at least 3 excellent, 2 strong, 1 positive, else low.

        Nothing where the exports hold too few of the window's dates.
        """
        if self.roi_multiplier is None or self.coverage < _COVERED:
            return None
        return next(advice for least, advice in _LEAST if self.roi_multiplier >= least)


@dataclass(frozen=True)
class ExportedUse:
    """What the counted exports of one platform, or of one capability, state of executions.

    ``is_enough`` tells whether as many of them are timed as the catalogue's mean latency asks for.
    """

    name: str | None
    engineers: int
    executions: int
    success_rate: float | None
    mean_latency_ms: float | None
    is_enough: bool

    @property
    def grade(self) -> Grade | None:
        """The grade of the mean latency: below 500 ms, 1,000 ms, 2,000 ms, and beyond.

        The mean of too few executions has none, and says so.
        """
        if self.mean_latency_ms is None:
            return None
        if not self.is_enough:
            return "Too Few Executions"
        return next(grade for limit, grade in _BELOW_MS if self.mean_latency_ms < limit)


@dataclass(frozen=True)
class Mismatch:
    """A derived total of an export that is not what its own parts give; a share of the latter."""

    origin: Literal["individual", "team"]
    engineer_hash: str | None
    exported_at: datetime
    figure: str
    exported: float | None
    recomputed: float | None
    difference: float | None


@dataclass(frozen=True)
class Exported:
    """The exports of a window; ``totals`` is None without any that counts."""

    engineers: tuple[ExportedEngineer, ...] = ()
    totals: ExportedTotals | None = None
    platforms: tuple[ExportedUse, ...] = ()
    capabilities: tuple[ExportedUse, ...] = ()
    mismatches: tuple[Mismatch, ...] = ()


Told = TypeVar("Told", ExportedEngineer, ExportedTotals, ExportedUse, Mismatch)

_LEAST: Final[tuple[tuple[float, Advice], ...]] = (
    (3.0, "excellent"),
    (2.0, "strong"),
    (1.0, "positive"),
    (-math.inf, "low"),
)
_COVERED: Final = 0.6
_BELOW_MS: Final[tuple[tuple[float, Grade], ...]] = (
    (500, "Excellent"),
    (1000, "Good"),
    (2000, "Fair"),
    (math.inf, "Needs Optimization"),
)
_WITHIN: Final = "client_id = $1 and exported_at::date between $2 and $3"
_SUMS: Final = """
    sum(cost_saved_usd)::double as cost_saved_usd,
    sum(time_saved_hours)::double as hours_saved,
    sum(commits)::bigint as commits,
    sum(prs_merged)::bigint as prs_merged,
    (sum(memory_hits) / nullif(sum(memory_hits + memory_misses), 0))::double as hit_rate_of_sums,
    (
        sum(total_value_usd)
        / nullif(sum(assistant_cost_usd) filter (where total_value_usd is not null), 0)
    )::double as return_of_sums
"""
_ENGINEERS: Final = f"""
select
    engineer_hash, arg_max(platform, exported_at) as platform, count(*) as n_exports,
    max(exported_at) as exported_at, min(first_date) as first_date, max(last_date) as last_date,
    sum(dates_covered)::bigint as dates_covered, {_SUMS},
    if(count(*) = 1, max(memory_hit_rate), hit_rate_of_sums)::double as memory_hit_rate,
    if(count(*) = 1, max(roi_multiplier), return_of_sums)::double as roi_multiplier
from marts.counted_exports
where is_counted and {_WITHIN}
group by engineer_hash
order by engineer_hash
"""
_TOTALS: Final = f"""
select
    count(distinct engineer_hash) as engineers,
    count(distinct engineer_hash)
        filter (where coalesce(cost_saved_usd, time_saved_hours) is not null) as engineers_valued,
    {_SUMS},
    sum(annual_projection_usd / n_projections)::double as annual_projection_usd,
    hit_rate_of_sums as memory_hit_rate,
    sum(total_value_usd)::double as total_value_usd,
    sum(assistant_cost_usd)::double as assistant_cost_usd,
    return_of_sums as roi_multiplier,
    (select avg(roi_multiplier) from ({_ENGINEERS}))::double as mean_roi_multiplier,
    least(1, sum(dates_covered) / (engineers * ($3::date - $2::date + 1))) as coverage
from (
    select *, count(annual_projection_usd) over (partition by engineer_hash) as n_projections
    from marts.counted_exports
    where is_counted and {_WITHIN}
) as counted
having count(*) > 0
"""
_USES: Final = f"""
select
    {{key}} as name, count(distinct engineer_hash) as engineers,
    sum(executions)::bigint as executions,
    (sum(successes) / nullif(sum(executions), 0))::double as success_rate,
    sum(executions) filter (where avg_ms is not null) as n_durations,
    (sum(executions * avg_ms) / nullif(n_durations, 0))::double as mean_latency_ms,
    coalesce(n_durations >= any_value(catalogue.minimum_sample), true) as is_enough
from marts.counted_export_capabilities
left join seeds.metrics as catalogue
    on (system, entity_type, metric) = ('telemetry', '{{key}}', 'mean_latency_ms')
where {_WITHIN}
group by {{key}}
order by {{key}}
"""
_MISMATCHES: Final = f"""
select {", ".join(each.name for each in fields(Mismatch))}
from marts.value_export_checks
where is_mismatch and {_WITHIN}
order by all
"""


def exported(con: duckdb.DuckDBPyConnection, client_id: str, window: tuple[date, date]) -> Exported:
    """Return what was exported on the dates of ``window``, both included."""
    bound = [client_id, *window]
    engineers = (_read(ExportedEngineer, row) for row in rows(con, _ENGINEERS, bound))
    totals = (_read(ExportedTotals, row) for row in rows(con, _TOTALS, bound))
    platforms, capabilities = (
        tuple(_read(ExportedUse, row) for row in rows(con, _USES.format(key=key), bound))
        for key in ("platform", "capability")
    )
    mismatches = (_read(Mismatch, row) for row in rows(con, _MISMATCHES, bound))
    return Exported(
        tuple(engineers), next(totals, None), platforms, capabilities, tuple(mismatches)
    )


def _read(kind: type[Told], row: Row) -> Told:
    return kind(**{each.name: row[each.name] for each in fields(kind)})
