"""What comes of the files of one call: typed rows, refused records, counts and findings."""

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources import stated_times
from tracking_pipeline.sources.consent import check_consent, may_withdraw, no_consent
from tracking_pipeline.sources.examine import Examined, examine, identity, kind_name, records_of
from tracking_pipeline.sources.privacy import masked, pads, quoted
from tracking_pipeline.sources.projection import INHERITED, STRICT, parsed_columns, typed
from tracking_pipeline.sources.record import ERASED, RecordKind, Source, SourceFile
from tracking_pipeline.sources.strict import JsonValue, RefusedError
from tracking_pipeline.sources.times import declared_zones
from tracking_pipeline.warehouse.swap import quote

_BATCH_RECORDS = 10_000
_BATCH_BYTES = 16 * 2**20
_REFUSED_BYTES = 4 * 2**20
_REASONS = {
    "bad_date": "expected a date such as 2026-02-01",
    "bad_timestamp": "expected a time such as 2026-02-01T09:30:00Z or one with an offset from "
    "-12:00 to +14:00",
    "future_timestamp": "expected no time in the future",
    "future_date": "expected no date in the future",
    "too_early": "expected none before the year 2000",
    "too_late": "expected none more than ten years ahead",
}
_INSERT_REJECTED = f"""
insert into rejected by name
select
    * exclude (timezone, {", ".join(stated_times.COLUMNS)}),
    {stated_times.OBSERVED_AT} as observed_at
from refused_records
"""
_UNREADABLE = "holds a value that no column can hold: correct it where it is written"
_REJECTED = pa.schema(
    [
        ("file_id", pa.string()),
        ("kind", pa.string()),
        ("line_number", pa.int64()),
        ("byte_offset", pa.int64()),
        ("reason_code", pa.string()),
        ("reason", pa.string()),
        ("raw", pa.binary()),
        ("raw_size", pa.int64()),
        ("timezone", pa.string()),
        *((name, pa.string()) for name in stated_times.COLUMNS),
        ("record_id", pa.string()),
    ]
)


@dataclass(frozen=True)
class Place:
    """Where a record stands, and its bytes (the first of them, when it is long).

    ``name`` is what people call its place, beside its number; ``said`` the record as JSON, where
    its bytes may be something else.
    """

    line: int | None
    offset: int
    raw: bytes
    size: int
    name: str = ""
    said: str = ""


@dataclass
class FileCount:
    """The fates of one file's records, and how far it was read."""

    file: SourceFile
    format: str = "json"
    end_offset: int = 0
    n_records: int = 0
    n_rejected: int = 0
    n_blank: int = 0
    n_pending: int = 0
    reason_code: str | None = None
    reason: str | None = None
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    held: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: tuple[tuple[str, str], ...] = ()
    stated: dict[tuple[JsonValue, ...], str] = field(default_factory=dict)

    def note_blank(self) -> None:
        """Count a place where a record might stand, and none does."""
        self.n_records += 1
        self.n_blank += 1

    def note(self, examined: Examined, times: int = 1) -> None:
        """Count what ``times`` records like ``examined`` say about the schema."""
        kind = examined.kind.name
        self.unknown.update({(kind, name): times for name in examined.unknown})
        self.held.update({(kind, name): times for name in examined.held})
        self.lost.update({(kind, name): times for name in examined.lost})

    def state(self, examined: Examined, line: int | None) -> None:
        """Remember what a record is about; RefusedError when one before it was about the same."""
        if examined.stated is None:
            return
        about = (examined.kind.name, *examined.stated)
        if about in self.stated:
            told = ", ".join(f"{name} {value}" for name, value in examined.told() if value)
            reason = f"states {told} again, as {self.stated[about]} does: keep one of the two"
            raise RefusedError("stated_twice", reason)
        self.stated[about] = f"{'line' if self.format.startswith('csv') else 'record'} {line}"


class Intake:
    """Examines records one by one, types the right ones in batches, and keeps the books."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        source: Source,
        limits: Settings,
        *,
        key: bytes,
        latest: datetime,
    ) -> None:
        self.con = con
        self.source = source
        self.limits = limits
        zones = declared_zones(limits.engineer_timezones)
        self.bound: dict[str, object] = {**pads(key), **zones, "latest": latest}
        self._stated = stated_times.StatedTimes(source)
        self._waiting: list[tuple[FileCount, Examined, Place]] = []
        self._waiting_bytes = 0
        self._rejected: list[tuple[object, ...]] = []
        self._rejected_bytes = 0
        self._known: dict[int, tuple[FileCount, Examined, Place]] = {}

    def take(self, count: FileCount, value: JsonValue, place: Place) -> None:
        """Examine every record in ``value``; an empty list is counted as blank.

        RefusedError for a file that must not be read.
        """
        records = list(records_of(value, self.source))
        if not records:
            count.note_blank()
        for index, record in records:
            at = place if index is None else _element(place, index, record)
            if record == ERASED:
                count.note_blank()
                continue
            count.n_records += 1
            if self.source.is_by_consent:
                check_consent(record)
            try:
                examined = examine(record, self.source, count.file.name)
                count.state(examined, at.line)
            except RefusedError as error:
                said = replace(at, said=json.dumps(record, ensure_ascii=False))
                name = count.file.name
                known = identity(record, self.source, name)
                self.refuse(count, error, said, kind_name(record, self.source, name), known)
            else:
                count.note(examined)
                self._wait(count, examined, at)

    def refuse_unread(
        self, count: FileCount, error: RefusedError, place: Place, kind: str | None = None
    ) -> None:
        """Quarantine a record of which the bytes alone are known.

        RefusedError for a file that must not be read: nobody knows what else they say.
        """
        if self.source.is_by_consent and may_withdraw(place.raw):
            raise no_consent()
        count.n_records += 1
        self.refuse(count, error, place, kind)

    def refuse(
        self,
        count: FileCount,
        error: RefusedError,
        place: Place,
        kind: str | None = None,
        known: Examined | None = None,
    ) -> None:
        """Quarantine one record; it is already counted among the file's records.

        ``known`` is what identifies it, where that can be read.
        """
        count.n_rejected += 1
        raw = place.raw[: self.limits.quarantine_raw_bytes]
        # A reason and an unknown kind quote the record, in which anything may stand.
        reason = masked(f"{place.name}: {error.reason}" if place.name else error.reason)
        told = (
            count.file.file_id,
            kind and quoted(kind, 200),
            place.line,
            place.offset,
            error.code,
            reason,
        )
        self._rejected_bytes += len(raw)
        if known is not None:
            # Not its bytes: there may be a thousand of them, as long as records may be.
            self._known[len(self._rejected)] = (count, known, replace(place, raw=b"", said=""))
            self._rejected_bytes += len(known.text)
        stated = self._stated.of(raw, place.said)
        self._rejected.append((*told, raw, place.size, count.file.timezone, *stated, None))
        is_full = self._rejected_bytes >= _REFUSED_BYTES
        if is_full or len(self._rejected) >= _BATCH_RECORDS // 10:
            self._write_rejected()

    def flush(self) -> None:
        """Type the records that wait."""
        waiting, self._waiting, self._waiting_bytes = self._waiting, [], 0
        for kind in self.source.kinds:
            of_kind = [entry for entry in waiting if entry[1].kind is kind]
            if of_kind:
                self._type(kind, of_kind)
        self._write_rejected()

    def forget(self, count: FileCount) -> None:
        """Take back every row of a file that turned out unreadable."""
        self.flush()
        self._delete("rejected", count, 0)
        self.take_back(count, 0)

    def take_back(self, count: FileCount, offset: int) -> None:
        """Take back the typed rows of a file from ``offset`` on."""
        for kind in self.source.kinds:
            self._delete(f"parsed_{kind.name}", count, offset)

    def _delete(self, table: str, count: FileCount, offset: int) -> None:
        query = f"delete from {quote(table)} where file_id = ? and byte_offset >= ?"
        self.con.execute(query, [count.file.file_id, offset])

    def insert(self, kind: RecordKind, rows: str, bound: dict[str, object]) -> int:
        """Insert ``rows``, a query by ``typed`` and its condition; return how many."""
        listed = ", ".join(quote(name) for name, _ in parsed_columns(kind))
        query = f"insert into {quote(f'parsed_{kind.name}')} select {listed} from {rows}"
        return int(self.run(query, bound)[0][0])

    def run(self, query: str, bound: dict[str, object]) -> list[tuple[Any, ...]]:
        """Return the rows of ``query``, given those of the parameters that it names."""
        parameters = {**self.bound, **bound}
        named = {name: value for name, value in parameters.items() if f"${name}" in query}
        return self.con.execute(query, named).fetchall()

    def _wait(self, count: FileCount, examined: Examined, place: Place) -> None:
        self._waiting.append((count, examined, place))
        self._waiting_bytes += len(examined.text) + len(place.raw)
        if len(self._waiting) >= _BATCH_RECORDS or self._waiting_bytes >= _BATCH_BYTES:
            self.flush()

    def _type(self, kind: RecordKind, entries: list[tuple[FileCount, Examined, Place]]) -> None:
        """Type records of one kind; those over which the query fails are refused, no others."""
        try:
            self._insert_typed(kind, entries)
        except (duckdb.DataError, duckdb.InvalidInputException):
            if len(entries) == 1:
                ((count, _, place),) = entries
                self.refuse(count, RefusedError("unreadable_value", _UNREADABLE), place, kind.name)
                return
            half = len(entries) // 2
            self._type(kind, entries[:half])
            self._type(kind, entries[half:])

    def _insert_typed(
        self, kind: RecordKind, entries: list[tuple[FileCount, Examined, Place]]
    ) -> None:
        self.con.register("waiting_records", _table(entries))
        try:
            rows = f"({typed(kind, 'waiting_records')})"
            if self.insert(kind, f"{rows} where refusal is null", {}) < len(entries):
                self._refuse_untyped(kind, rows, entries)
        finally:
            self.con.unregister("waiting_records")

    def _refuse_untyped(
        self, kind: RecordKind, rows: str, entries: list[tuple[FileCount, Examined, Place]]
    ) -> None:
        query = f"select position, refusal from {rows} where refusal is not null order by position"
        for position, refusal in self.run(query, {}):
            count, examined, place = entries[position]
            code, column = refusal.split()
            reason = f"{examined.shown(column)}, {_expected(kind, code, column)}"
            said = replace(place, said=examined.text)
            self.refuse(count, RefusedError(code, reason), said, kind.name)

    def _write_rejected(self) -> None:
        if not self._rejected:
            return
        for kind in self.source.kinds:
            self._identify(kind)
        self._known = {}
        columns = [pa.array(column, type_) for column, type_ in _columns(self._rejected)]
        self._rejected, self._rejected_bytes = [], 0
        self.con.register("refused_records", pa.table(columns, schema=_REJECTED))
        self.run(_INSERT_REJECTED, {})
        self.con.unregister("refused_records")

    def _identify(self, kind: RecordKind) -> None:
        """Give the refused records of a kind the ids that they would have had."""
        of_kind = {at: entry for at, entry in self._known.items() if entry[1].kind is kind}
        if not of_kind:
            return
        self.con.register("known_records", _table(list(of_kind.values())))
        ids = self.run(f"select position, record_id from ({typed(kind, 'known_records')})", {})
        self.con.unregister("known_records")
        places = list(of_kind)
        for position, record_id in ids:
            at = places[position]
            self._rejected[at] = (*self._rejected[at][:-1], record_id)


def _expected(kind: RecordKind, code: str, column: str) -> str:
    """Return what was expected of the value that a refusal names."""
    if code == "ends_before":
        first = next(first for first, last in kind.periods if last == column)
        return f"expected no date before its {first}"
    if code == "wrong_value":
        field = next(field for field in kind.fields if field.column == column)
        return "expected {:,} to {:,}".format(*map(_plain, field.bounds))
    return _REASONS[code]


def _plain(bound: float) -> float:
    return int(bound) if bound == int(bound) else bound


def _columns(rows: list[tuple[object, ...]]) -> list[tuple[tuple[object, ...], pa.DataType]]:
    return list(zip(zip(*rows, strict=True), _REJECTED.types, strict=True))


def _element(place: Place, index: int, record: JsonValue) -> Place:
    """Return the place of a record inside a wrapper or list: its own bytes, the whole's offset."""
    raw = json.dumps(record, ensure_ascii=False).encode(errors="surrogatepass")
    return Place(index, place.offset, raw, len(raw))


def _table(entries: list[tuple[FileCount, Examined, Place]]) -> pa.Table:
    files = [inherited(count.file) for count, _, _ in entries]
    columns: dict[str, list[object]] = {
        "text": [examined.text for _, examined, _ in entries],
        "position": list(range(len(entries))),
        "line_number": [place.line for _, _, place in entries],
        "byte_offset": [place.offset for _, _, place in entries],
        "extras": [examined.extras for _, examined, _ in entries],
        "lead_rest": [examined.lead_rest for _, examined, _ in entries],
        **{name: [file[name] for file in files] for name in (*INHERITED, "received_at")},
    }
    texts = {"text", *INHERITED, *STRICT}
    return pa.table(
        {
            name: pa.array(values, pa.string() if name in texts else pa.int64())
            for name, values in columns.items()
        }
    )


def inherited(file: SourceFile) -> dict[str, object]:
    """Return what the records of ``file`` have of it, as the projection wants to be told it."""
    since = file.received_at - datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, as the tables keep it
    return {name: getattr(file, name) for name in INHERITED} | {
        "received_at": since // timedelta(microseconds=1)
    }
