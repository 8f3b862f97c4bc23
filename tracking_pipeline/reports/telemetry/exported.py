"""What engineers delivered as exports: kept as they are, never mixed with what is computed here."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final, Literal

import duckdb

from tracking_pipeline.reports.query import rows


@dataclass(frozen=True)
class Export:
    """One engineer's export, its totals as it states them; of overlapping ones the one that counts.

    ``exported_at`` is as written; ``first_date`` to ``last_date`` holds its ``dates_covered``.
    """

    engineer_hash: str
    exported_at: datetime
    platform: str | None
    period_days: int | None
    dates_covered: int | None
    first_date: date | None
    last_date: date | None
    cost_saved_usd: float | None
    annual_projection_usd: float | None
    time_saved_hours: float | None
    commits: int | None
    prs_merged: int | None
    memory_hit_rate: float | None
    roi_multiplier: float | None


@dataclass(frozen=True)
class ExportedTotals:
    """The counted exports together: sums, rates of sums, Σ value / Σ cost."""

    engineers: int
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

    exports: tuple[Export, ...] = ()
    totals: ExportedTotals | None = None
    mismatches: tuple[Mismatch, ...] = ()


_WITHIN: Final = "client_id = $1 and exported_at::date between $2 and $3"
_EXPORTS: Final = f"""
select {", ".join(each.name for each in fields(Export))}
from marts.counted_exports
where is_counted and {_WITHIN}
order by engineer_hash, exported_at
"""
_TOTALS: Final = f"""
select
    count(distinct engineer_hash) as engineers,
    sum(cost_saved_usd)::double as cost_saved_usd,
    sum(annual_projection_usd)::double as annual_projection_usd,
    sum(time_saved_hours)::double as hours_saved,
    sum(commits)::bigint as commits,
    sum(prs_merged)::bigint as prs_merged,
    (sum(memory_hits) / nullif(sum(memory_hits + memory_misses), 0))::double as memory_hit_rate,
    sum(total_value_usd)::double as total_value_usd,
    sum(assistant_cost_usd)::double as assistant_cost_usd,
    (sum(total_value_usd) / nullif(sum(assistant_cost_usd), 0))::double as roi_multiplier,
    avg(roi_multiplier)::double as mean_roi_multiplier
from marts.counted_exports
where is_counted and {_WITHIN}
having count(*) > 0
"""
_MISMATCHES: Final = f"""
select {", ".join(each.name for each in fields(Mismatch))}
from marts.value_export_checks
where is_mismatch and {_WITHIN}
order by origin, engineer_hash, exported_at, figure
"""


def exported(con: duckdb.DuckDBPyConnection, client_id: str, window: tuple[date, date]) -> Exported:
    """Return what was exported on the dates of ``window``, both included."""
    bound = [client_id, *window]
    totals = rows(con, _TOTALS, bound)
    return Exported(
        tuple(Export(**row) for row in rows(con, _EXPORTS, bound)),
        ExportedTotals(**totals[0]) if totals else None,
        tuple(Mismatch(**row) for row in rows(con, _MISMATCHES, bound)),
    )
