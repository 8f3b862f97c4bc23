"""What all assets share, and how what the pipeline returns is shown in Dagster."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import dagster as dg

OWNERS = ["team:tracking"]
WAREHOUSE_POOL = "warehouse"  # limit 1: the warehouse has one writer


def sample(rows: Sequence[Mapping[str, Any]]) -> dict[str, dg.MetadataValue]:
    """Return the rows as a table under ``sample``; nothing when there are none."""
    if not rows:
        return {}
    records = [dg.TableRecord({key: _cell(value) for key, value in row.items()}) for row in rows]
    columns = [dg.TableColumn(name) for name in rows[0]]
    return {"sample": dg.MetadataValue.table(records, dg.TableSchema(columns))}


def severity(name: str) -> dg.AssetCheckSeverity:
    """Return Dagster's word for what the pipeline calls ``error`` or ``warn``."""
    return dg.AssetCheckSeverity.ERROR if name == "error" else dg.AssetCheckSeverity.WARN


def _cell(value: object) -> str | int | float | bool | None:
    is_plain = value is None or isinstance(value, str | int | float | bool)
    if is_plain:
        return value
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
