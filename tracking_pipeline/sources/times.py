"""SQL of the times that records state: instants in UTC, days, and what a person's clock showed."""

from datetime import timedelta

_NAIVE = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?"
_MINUTES = r"(:?[0-5]\d)?"
# From Baker Island to the Line Islands: beyond it no clock ever stood.
_AHEAD = rf"[+](14(:?00)?|(0\d|1[0-3]){_MINUTES})"
_BEHIND = rf"-(12(:?00)?|(0\d|1[01]){_MINUTES})"
_OFFSET = rf"(Z|{_AHEAD}|{_BEHIND})"
_FARTHEST_MINUTES = (-12 * 60, 14 * 60)
_DATE = r"\d{4}-\d\d-\d\d"


def is_offset(offset: timedelta) -> bool:
    """Return whether a clock may be so far ahead of UTC."""
    low, high = _FARTHEST_MINUTES
    return timedelta(minutes=low) <= offset <= timedelta(minutes=high)


def instant(value: str, zone: str = "timezone") -> str:
    """Return a UTC timestamp: an offset is honoured, a naive time is one of ``zone``."""
    return (
        f"case when {_is_naive(value)} then make_timestamp(epoch_us("
        f"timezone({zone}, try_cast({value} as timestamp)))) "
        f"when {_is_zoned(value)} then make_timestamp(epoch_us("
        f"try_cast({value} as timestamptz))) end"
    )


def seconds(first: str, last: str) -> str:
    """Return how many seconds passed between two times of one clock."""
    begun, ended = instant(first, "'UTC'"), instant(last, "'UTC'")
    return f"date_diff('microsecond', {begun}, {ended}) / 1e6"


def date(value: str) -> str:
    """Return the date that a text states."""
    return f"case when regexp_full_match({value}, '{_DATE}') then try_cast({value} as date) end"


def noon(value: str) -> str:
    """Return noon UTC of the date that a text states: on that date nearly everywhere."""
    return f"{date(value)} + interval 12 hours"


def as_written(value: str) -> str:
    """Return what the clock showed: the time without its offset."""
    return (
        f"case when {_is_naive(value)} or {_is_zoned(value)} then try_cast("
        f"regexp_replace({value}, '{_OFFSET}$', '') as timestamp) end"
    )


def engineer_zone(email: str) -> str:
    """Return the zone that the settings declare for a person, NULL when none.

    Rests on the parameters of ``declared_zones``.
    """
    plain = f"lower(trim({email}, e' \\t\\r\\n'))"
    place = f"list_position($zoned_people::varchar[], {plain})"
    return f"list_extract($people_zones::varchar[], {place})"


def declared_zones(zones: dict[str, str]) -> dict[str, object]:
    """Return the parameters of ``engineer_zone``: e-mail addresses and their zones, in order."""
    people = [email.strip().lower() for email in zones]
    return {"zoned_people": people, "people_zones": list(zones.values())}


def clock_offset(value: str, created: str, email: str) -> str:
    """Return how many minutes a person's clock was ahead of UTC when it showed ``value``.

    What the time says itself goes first; then the UTC ``created`` beside it, whose distance is
    rounded to a quarter of an hour and so tells both passes of a repeated hour apart; then the
    declared zone of the person; then that of the source.
    """
    zone = f"coalesce({engineer_zone(email)}, timezone)"
    minutes = f"(epoch_us({as_written(value)}) - epoch_us({instant(value, zone)})) // 60000000"
    return f"cast(coalesce({_created_offset(value, created)}, {minutes}) as bigint)"


def clock_basis(value: str, created: str, email: str) -> str:
    """Return in one word what ``clock_offset`` rests on."""
    return (
        f"case when {_is_zoned(value)} then 'offset' "
        f"when {_created_offset(value, created)} is not null then 'created_at' "
        f"when {engineer_zone(email)} is not null then 'declared' else 'default' end"
    )


def clock_instant(value: str, created: str, email: str) -> str:
    """Return in UTC what a person's clock showed as ``value``, read by ``clock_offset``."""
    return f"{as_written(value)} - to_minutes({clock_offset(value, created, email)})"


def _created_offset(value: str, created: str) -> str:
    low, high = _FARTHEST_MINUTES
    created_at = instant(created, "'UTC'")
    quarters = f"round((epoch_us({as_written(value)}) - epoch_us({created_at})) / 9e8)"
    return (
        f"case when {_is_naive(value)} and 15 * {quarters} between {low} and {high} "
        f"then 15 * {quarters} end"
    )


def _is_naive(value: str) -> str:
    return f"regexp_full_match({value}, '{_NAIVE}')"


def _is_zoned(value: str) -> str:
    return f"regexp_full_match({value}, '{_NAIVE}{_OFFSET}')"
