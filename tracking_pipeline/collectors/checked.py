"""What a caller tells, checked before anything is written."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING

from .store import DAILY, RecorderError, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 2**63 - 1
DERIVED = "estimated_cost_saved_usd"


def text(name: str, value: object) -> str:
    """Return ``value``, stripped, if it is a text that a file can hold; raises RecorderError."""
    if not isinstance(value, str) or not value.strip():
        raise RecorderError(f"{name}: {value!r} is not a text")
    if not value.isprintable():
        raise RecorderError(f"{name}: {value!r} holds what cannot be shown")
    return value.strip()


def count(name: str, value: object) -> int | None:
    """Return a whole number from 0, or None for what is not known; raises RecorderError."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise RecorderError(f"{name}: {value!r} is not a whole number from 0")
    return value


def measure(name: str, value: object, most: float = math.inf) -> float:
    """Return a finite number from 0 to ``most``; raises RecorderError."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 <= value <= most:  # type: ignore[arg-type,operator]
        raise RecorderError(f"{name}: {value!r} is not a number from 0 to {most:g}")
    return float(value)  # type: ignore[arg-type]


def told_date(value: date | str | None, today: date) -> str:
    """Return an ISO date, ``today`` for None; raises RecorderError."""
    if isinstance(value, datetime):
        raise RecorderError(f"metric_date: {value!r} is a time, not a date")
    try:
        return date.fromisoformat(str(today if value is None else value)).isoformat()
    except ValueError as error:
        raise RecorderError(f"metric_date: {value!r} is not a date such as 2025-11-12") from error


def told_figures(table: str, figures: Mapping[str, object]) -> Row:
    """Return what one call tells of a day, without what it does not; raises RecorderError."""
    known = [name for name in DAILY[table] if name != DERIVED]
    for name in figures:
        if name not in known:
            raise RecorderError(f"{name}: not a figure of {table}. They are {', '.join(known)}")
    return {
        name: measure(name, value, 100) if name.endswith("_percent") else count(name, value)
        for name, value in figures.items()
        if value is not None
    }
