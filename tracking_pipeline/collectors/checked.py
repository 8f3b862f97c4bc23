"""What a caller tells, checked before anything is written."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from .store import DAILY, RecorderError, Row

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST = 2**63 - 1
# From Baker Island to the Line Islands: whoever reads the files takes no other offset.
_FARTHEST = (timedelta(hours=-12), timedelta(hours=14))
DERIVED = "estimated_cost_saved_usd"


def text(name: str, value: object) -> str:
    """Return ``value``, stripped, if it is a text that a file can hold; raises RecorderError."""
    if not isinstance(value, str) or not value.strip():
        raise RecorderError(f"{name}: {shown(value)} is not a text")
    if not value.isprintable():
        raise RecorderError(f"{name}: {value!r} holds what cannot be shown")
    return value.strip()


def count(name: str, value: object) -> int | None:
    """Return a whole number from 0, or None for what is not known; raises RecorderError."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise RecorderError(f"{name}: {shown(value)} is not a whole number from 0")
    return value


def measure(name: str, value: object, most: float = sys.float_info.max) -> float:
    """Return a finite number from 0 to ``most``; raises RecorderError."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= most:  # type: ignore[operator]
        raise RecorderError(f"{name}: {shown(value)} is not a number from 0 to {most:g}")
    return float(value)  # type: ignore[arg-type]


def moment(name: str, value: object) -> datetime:
    """Return a datetime whose zone a clock may stand in; raises RecorderError."""
    offset = value.utcoffset() if isinstance(value, datetime) else None
    if not isinstance(value, datetime) or offset is None:
        raise RecorderError(f"{name}: {shown(value)} is not a datetime with its zone")
    if not _FARTHEST[0] <= offset <= _FARTHEST[1]:
        raise RecorderError(f"{name}: {shown(value)} has an offset beyond -12:00 to +14:00")
    return value


def told_date(name: str, value: date | str) -> str:
    """Return a date as YYYY-MM-DD, of which no other spelling is taken; raises RecorderError."""
    with suppress(ValueError):
        if date.fromisoformat(str(value)).isoformat() == str(value):
            return str(value)
    raise RecorderError(f"{name}: {shown(value)} is not a date such as 2025-11-12")


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


def shown(value: object) -> str:
    """Return what was told, in short; Python prints no number of thousands of digits."""
    with suppress(ValueError):
        return repr(value)[:80]
    return f"this {type(value).__name__}"
