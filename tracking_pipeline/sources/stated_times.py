"""When a refused record says that it happened, as far as that can be read."""

import re
from typing import Final

from tracking_pipeline.sources import times
from tracking_pipeline.sources.record import Source

_READABLE: Final = f"coalesce({times.instant('stated_at')}, {times.noon('stated_at')})"

OBSERVED_AT: Final = (
    f"case when {_READABLE} between timestamp '2000-01-01' and $latest then {_READABLE} end"
)
"""SQL of that time in UTC, from the columns ``stated_at`` and ``timezone``.

A time that cannot be, for which a record may have been refused, is none.
"""


def pattern(source: Source) -> re.Pattern[bytes]:
    """Return what finds the time in the JSON of a record, whole or not, of whichever kind."""
    keys = {
        path.rpartition(".")[2]
        for kind in source.kinds
        for field in kind.fields
        if field.column == "observed_at"
        for path in field.paths
    }
    named = "|".join(sorted(map(re.escape, keys))) or "(?!)"
    return re.compile(rf'"(?:{named})"\s?:\s?"([0-9T:. +Z-]{{10,40}})"'.encode())
