"""Time zones by one set of rules, the warehouse engine's: Python asks it what a clock shows.

The computer's own rules may be older or newer; a day would then begin at two instants.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import duckdb

from tracking_pipeline.errors import SettingsError

_A_DAY = timedelta(days=1)
# Known by name everywhere, and no place.
_NO_PLACE = {"Factory"}


def is_known(name: str) -> bool:
    """Return whether ``name`` is a zone, such as America/Toronto, of the engine and of Python."""
    try:
        return name in _names() and name not in _NO_PLACE and bool(ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


@cache
def zone(name: str) -> tzinfo:
    """Return the zone of that name; SettingsError when there is none."""
    if name == "UTC":
        return UTC
    if not is_known(name):
        raise SettingsError(name, "is no time zone", "Give an IANA name such as America/Toronto")
    return _Zone(name)


class _Zone(tzinfo):
    """A zone of the engine. A repeated hour is told apart by ``fold``, as in the standard library.

    In a skipped hour the offset before it holds, so that a day without a midnight begins with the
    instant after it.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __str__(self) -> str:
        return self._name

    def tzname(self, moment: datetime | None, /) -> str:  # noqa: ARG002 - as tzinfo demands
        return self._name

    def dst(self, moment: datetime | None, /) -> None:  # noqa: ARG002 - as tzinfo demands
        return None

    def utcoffset(self, moment: datetime | None, /) -> timedelta | None:
        if moment is None:
            return None
        shown = moment.replace(tzinfo=None, fold=0)
        before, after = (_offset(self._name, shown + day) for day in (-_A_DAY, _A_DAY))
        for offset in (after, before) if moment.fold else (before, after):
            if _offset(self._name, shown - offset) == offset:
                return offset
        return after if moment.fold else before

    def fromutc(self, moment: datetime, /) -> datetime:
        offset = _offset(self._name, moment.replace(tzinfo=None))
        shown = moment + offset
        return shown.replace(fold=int(self.utcoffset(shown) != offset))


def contradiction(name: str, first: datetime, n_days: int) -> datetime | None:
    """Return the first day from ``first`` on at which this computer's rules show another time.

    None when both rules agree on ``n_days`` days.
    """
    own = ZoneInfo(name)
    days = [first.astimezone(UTC) + number * _A_DAY for number in range(n_days)]
    # One question for all of them: one for each day would take a second.
    query = "select timezone($zone, timezone('UTC', unnest($days::timestamp[])))"
    asked = {"zone": name, "days": [day.replace(tzinfo=None) for day in days]}
    engines = _engine().cursor().execute(query, asked).fetchall()
    shown = (day.astimezone(own).replace(tzinfo=None) for day in days)
    both = zip(days, shown, engines, strict=True)
    return next((day for day, ours, (theirs,) in both if ours != theirs), None)


@lru_cache(maxsize=100_000)
def _offset(name: str, moment: datetime) -> timedelta:
    """Return how far the zone's clock is ahead at a moment in UTC."""
    query = "select timezone($zone, timezone('UTC', $moment::timestamp))"
    row = _engine().cursor().execute(query, {"zone": name, "moment": moment}).fetchone()
    assert row is not None  # noqa: S101 - a query without a table has one row
    shown: datetime = row[0]
    return shown - moment


@cache
def _names() -> frozenset[str]:
    rows = _engine().cursor().execute("select name from pg_timezone_names()").fetchall()
    return frozenset(name for (name,) in rows)


@cache
def _engine() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})
