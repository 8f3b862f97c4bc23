"""What all assets share, and how what the pipeline returns is shown in Dagster."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import dagster as dg
from dagster._core.definitions.metadata import RawMetadataValue, normalize_metadata

OWNERS = ["team:tracking"]
VALIDATION = "validation"
WAREHOUSE_POOL = "warehouse"  # limit 1: the warehouse has one writer


def sample(rows: Sequence[Mapping[str, Any]]) -> dict[str, dg.MetadataValue]:
    """Return the rows as a table; nothing when there are none.

    The page sorts by name: they come first.
    """
    return {"a few of the rows": table(rows)} if rows else {}


def shown_by(table: str, *, passed: bool) -> dict[str, str]:
    """Return the command that shows the rows against a check; nothing when there are none."""
    return {} if passed else {"all rows": f"tracking validate {table}"}


def table(rows: Sequence[Mapping[str, Any]]) -> dg.MetadataValue:
    """Return the rows, at least one, as a table."""
    records = [dg.TableRecord({key: _cell(value) for key, value in row.items()}) for row in rows]
    return dg.MetadataValue.table(records, dg.TableSchema([dg.TableColumn(key) for key in rows[0]]))


def evaluation(
    asset: dg.AssetKey,
    name: str,
    metadata: Mapping[str, RawMetadataValue],
    *,
    passed: bool,
    is_blocking: bool,
) -> dg.AssetCheckEvaluation:
    """Return how a check fared; one that is blocking stops what is downstream."""
    return dg.AssetCheckEvaluation(
        asset_key=asset,
        check_name=name,
        passed=passed,
        severity=dg.AssetCheckSeverity.ERROR if is_blocking else dg.AssetCheckSeverity.WARN,
        blocking=is_blocking,
        metadata=normalize_metadata(metadata),
    )


def result_of(found: dg.AssetCheckEvaluation) -> dg.AssetCheckResult:
    """Return what an asset's own step yields of a check, where another step logs an event."""
    return dg.AssetCheckResult(
        asset_key=found.asset_key,
        check_name=found.check_name,
        passed=found.passed,
        severity=found.severity,
        metadata=found.metadata,
    )


def _cell(value: object) -> str | int | float | bool | None:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
