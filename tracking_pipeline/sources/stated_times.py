"""When a refused record says that it happened, as far as that can be read."""

import re
from collections.abc import Iterable
from typing import Final

from tracking_pipeline.sources import times
from tracking_pipeline.sources.record import Source

COLUMNS: Final = ("stated_at", "created_at", "engineer_email")
"""What is read of a refused record: its time, the UTC time beside it, and whose it is."""

_READABLE: Final = f"coalesce({times.clock_instant(*COLUMNS)}, {times.noon('stated_at')})"
_TIME: Final = "[0-9T:. +Z-]{10,40}"

OBSERVED_AT: Final = (
    f"case when {_READABLE} between timestamp '2000-01-01' and $latest then {_READABLE} end"
)
"""SQL of that time in UTC, from COLUMNS and ``timezone``, as that of an accepted record is.

A time that cannot be, for which a record may have been refused, is none.
"""


class StatedTimes:
    """Finds COLUMNS in the JSON of a source's records, whole or not, of whichever kind."""

    def __init__(self, source: Source) -> None:
        fields = [field for kind in source.kinds for field in kind.fields]
        own = [path for each in fields if each.column == "observed_at" for path in each.paths]
        beside = [path for each in fields if each.column == "zone_basis" for path in each.paths]
        people = [kind.person.email for kind in source.kinds if kind.person]
        self._patterns = (
            _pattern(own, _TIME),
            _pattern(beside, _TIME),
            _pattern(people, r'[^"\\]{1,320}'),
        )

    def of(self, raw: bytes, said: str) -> tuple[str | None, ...]:
        """Return COLUMNS from the bytes of a record, else from it as JSON."""
        told = (raw, said.encode(errors="surrogatepass"))
        return tuple(_found(pattern, told) for pattern in self._patterns)


def _pattern(paths: Iterable[str], value: str) -> re.Pattern[bytes]:
    keys = {re.escape(path.rpartition(".")[2]) for path in paths}
    named = "|".join(sorted(keys)) or "(?!)"
    return re.compile(rf'"(?:{named})"\s?:\s?"({value})"'.encode())


def _found(pattern: re.Pattern[bytes], told: Iterable[bytes]) -> str | None:
    found = (match for text in told for match in [pattern.search(text)] if match)
    return next((match[1].decode(errors="replace") for match in found), None)
