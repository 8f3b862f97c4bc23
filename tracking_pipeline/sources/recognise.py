"""Whose a file is: what each source makes of its head."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.consent import NO_CONSENT
from tracking_pipeline.sources.isolated import one_server
from tracking_pipeline.sources.read import read
from tracking_pipeline.sources.record import Source, SourceFile
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.sources.streams import open_regular, open_stream
from tracking_pipeline.sources.strict import RefusedError
from tracking_pipeline.sources.tables import table_format

Place = Callable[[Source, Path], str]

_HEAD_BYTES = 2**18
# What only a source refuses that knows the kind of the record; the rest any does that is strange.
_KNOWN = (
    *("wrong_type", "wrong_value", "bad_timestamp", "bad_date", "future_timestamp", NO_CONSENT),
    *("bad_database", "unsafe_database", "no_known_table", "too_many"),
)


@dataclass(frozen=True)
class Fit:
    """What a source makes of the head of a file: records it reads, and some it knows but refuses.

    ``reason`` is why the first of the others is refused.
    """

    source: str
    n_accepted: int
    n_known: int
    reason: str | None


@one_server()
def fits(
    files: Sequence[Path], place: Place, limits: Settings, now: datetime
) -> dict[Path, list[Fit]]:
    """Return of each file what every source makes of it, the best first.

    ``place`` tells under which path below its folder a source would find the file.
    """
    found: dict[Path, list[Fit]] = {file: [] for file in files}
    with TemporaryDirectory() as room, duckdb.connect() as con:
        heads = {file: Path(room, str(number)) for number, file in enumerate(files)}
        for file, head in heads.items():
            head.write_bytes(_head(file, limits))
        for source in SOURCES.values():
            told = [_told(source, heads[file], place(source, file), now) for file in files]
            read(con, source, told, limits, key=b"no pseudonym is kept", now=now)
            made = {name: row for name, *row in con.execute(_MADE, [_KNOWN]).fetchall()}
            for file in files:
                found[file].append(Fit(source.name, *made[heads[file].name]))
    return {file: sorted(of, key=_worth, reverse=True) for file, of in found.items()}


def best(of: Sequence[Fit]) -> str | None:
    """Return the one source that a file fits better than any other, best first; None for none."""
    first, second = of[:2]
    is_fitting = _worth(first) > _worth(second)
    return first.source if is_fitting else None


def by_name(name: str) -> str | None:
    """Return the source that has a folder for files of this name."""
    named: Mapping[str, Source] = SOURCES
    placed = (each.name for each in named.values() if len(each.place(name).parts) > 1)
    return next(placed, None)


def _worth(fit: Fit) -> tuple[int, int]:
    return fit.n_accepted, fit.n_known


def _told(source: Source, head: Path, place: str, now: datetime) -> SourceFile:
    return SourceFile(
        head.name,
        head,
        0,
        source.timezone,
        "anyone",
        "measured",
        place,
        received_at=now.astimezone(UTC).replace(tzinfo=None),
    )


def _head(file: Path, limits: Settings) -> bytes:
    """Return the first lines, unpacked; all of what is read as a whole."""
    with open_regular(file, is_link_followed=True) as opened:
        told = SourceFile("", file, 0, "UTC", "", "measured", file.name)
        try:
            head = next(open_stream(opened, told, limits).chunks, b"")
        except RefusedError:
            opened.seek(0)
            head = opened.read(_HEAD_BYTES)
    is_whole = any(
        table_format(file.name, head, source) in {"yaml", "sqlite"} for source in SOURCES.values()
    )
    if is_whole:
        return head
    if len(head) > _HEAD_BYTES:
        head = head[: head.rfind(b"\n", 0, _HEAD_BYTES) + 1 or _HEAD_BYTES]
    return head if head.endswith(b"\n") else head + b"\n"


_MADE = """
select
    o.file_id,
    o.n_records - o.n_rejected - o.n_blank - o.n_pending as n_accepted,
    count(r.file_id) filter (list_contains($1::varchar[], r.reason_code)) as n_known,
    first(r.reason order by r.line_number, r.byte_offset) as reason,
from file_outcomes as o
left join rejected as r using (file_id)
group by all
"""
