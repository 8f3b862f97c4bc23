"""What an engineer's own exports claimed, beside what is computed again from their figures."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

import duckdb

from tracking_pipeline.reports.query import rows
from tracking_pipeline.reports.telemetry.exported import Mismatch


@dataclass(frozen=True)
class OwnExport:
    """A counted export, as exported; of ``period_days`` by its own word."""

    exported_at: datetime
    period_days: int | None
    dates_covered: int | None
    first_date: date
    last_date: date
    total_executions: int | None
    cost_saved_usd: float | None
    time_saved_hours: float | None
    tokens_saved: int | None
    api_calls_avoided: int | None
    annual_projection_usd: float | None
    commits: int | None
    commits_per_day: float | None
    prs_merged: int | None
    avg_test_coverage: float | None
    bugs_fixed: int | None
    memory_hit_rate: float | None
    acceptance_rate: float | None
    quality_score: float | None
    total_value_usd: float | None
    roi_multiplier: float | None


_COLUMNS: Final = ", ".join(field.name for field in fields(OwnExport))
_EXPORTS: Final = f"""
select {_COLUMNS} from marts.counted_exports
where is_counted and (client_id, engineer_hash) = ($1, $2) and first_date <= $4 and last_date >= $3
order by exported_at desc, period_days
"""
_MISMATCHES: Final = f"""
select {", ".join(f"checks.{field.name}" for field in fields(Mismatch))}
from marts.value_export_checks as checks
inner join marts.counted_exports as exports
    on exports.client_id = checks.client_id
    and exports.engineer_hash = checks.engineer_hash
    and exports.exported_at = checks.exported_at
    and exports.period_days is not distinct from checks.period_days
where checks.is_mismatch and checks.origin = 'individual' and exports.is_counted
    and (exports.client_id, exports.engineer_hash) = ($1, $2)
    and exports.first_date <= $4 and exports.last_date >= $3
order by checks.exported_at desc, checks.period_days, checks.figure
"""


def own_exports(
    con: duckdb.DuckDBPyConnection, client_id: str, engineer_hash: str, first: date, last: date
) -> tuple[OwnExport, ...]:
    """Return the engineer's counted exports that overlap the dates, the newest first."""
    found = rows(con, _EXPORTS, [client_id, engineer_hash, first, last])
    return tuple(OwnExport(**row) for row in found)


def mismatches(
    con: duckdb.DuckDBPyConnection, client_id: str, engineer_hash: str, first: date, last: date
) -> tuple[Mismatch, ...]:
    """Return what these exports claim otherwise than their own figures, beyond 0.5 %."""
    found = rows(con, _MISMATCHES, [client_id, engineer_hash, first, last])
    return tuple(Mismatch(**row) for row in found)
