"""The door of the sources: delivered files in, typed records and the fate of the rest out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain

import duckdb

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.bulk import Bulk
from tracking_pipeline.sources.crowds import crowded
from tracking_pipeline.sources.documents import documents
from tracking_pipeline.sources.framing import (
    Block,
    Oversized,
    Pending,
    check_encoding,
    is_lines,
    lines,
    with_line_feeds,
)
from tracking_pipeline.sources.intake import FileCount, Intake, Place
from tracking_pipeline.sources.isolated import one_server
from tracking_pipeline.sources.one_by_one import take_document, take_lines, take_row
from tracking_pipeline.sources.outcomes import create_tables, write_outcomes
from tracking_pipeline.sources.privacy import masked, pseudonym
from tracking_pipeline.sources.record import ERASED_FILE, Source, SourceFile, TableFormat
from tracking_pipeline.sources.streams import ByteStream, open_stream
from tracking_pipeline.sources.strict import RefusedError
from tracking_pipeline.sources.tables import read_table, table_format

_BOM = b"\xef\xbb\xbf"
# Below it the queries of the bulk path cost more than examining each record.
BULK_BYTES = 2**19
MAX_REFUSED_ROWS = 10_000
"""With more of them a database is refused as a whole: nobody looks at so many one by one."""


@one_server()
def read(  # noqa: PLR0913 - the door of this room: a connection, a source, files and four facts
    con: duckdb.DuckDBPyConnection,
    source: Source,
    files: Sequence[SourceFile],
    limits: Settings,
    *,
    key: bytes,
    now: datetime,
    bulk_bytes: int = BULK_BYTES,
) -> None:
    """Parse ``files`` into temporary tables, made anew.

    ``parsed_<kind>`` holds one row an accepted record, ``rejected`` one a refused record,
    ``file_outcomes`` one a file, ``parsed_findings`` one a (file, kind, finding, field) and
    ``parsed_people`` one a person whom the records of a file are about. For each file n_records =
    parsed + rejected + blank + pending. ``key`` keys the pseudonyms; records later than ``now`` and
    the tolerance are refused. Lines of files from ``bulk_bytes`` on are
    typed in bulk; the rows do not depend on it. Raises OSError when a file cannot be read.
    """
    create_tables(con, source)
    latest = _utc(now) + timedelta(minutes=limits.future_tolerance_minutes)
    intake = Intake(con, source, limits, key=key, latest=latest)
    counts = [FileCount(file) for file in files]
    for count in counts:
        _read_file(intake, count, bulk_bytes)
    intake.flush()
    _refuse_crowded(intake, counts)
    declared = {
        str(pseudonym(email, key)): zone for email, zone in limits.engineer_timezones.items()
    }
    write_outcomes(con, source, counts, declared)


def _utc(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(tzinfo=None) if now.tzinfo else now


def _read_file(intake: Intake, count: FileCount, bulk_bytes: int) -> None:
    with count.file.path.open("rb") as opened:
        if opened.read(len(ERASED_FILE) + 1) == ERASED_FILE:
            count.note_blank()
            return
        opened.seek(0)
        stream = open_stream(opened, count.file, intake.limits)
        count.end_offset = stream.size
        try:
            _read_stream(intake, count, stream, bulk_bytes)
            if stream.size and not count.n_records:
                count.note_blank()
        except RefusedError as error:
            opened.seek(0)
            # What was not read may be of people who do not consent.
            kept = 0 if intake.source.is_by_consent else intake.limits.quarantine_raw_bytes
            head = opened.read(kept)
            _refuse_file(intake, count, error, Place(None, 0, head, stream.size))


def _refuse_file(intake: Intake, count: FileCount, error: RefusedError, place: Place) -> None:
    """Count the whole file as one quarantined record."""
    intake.forget(count)
    fresh = FileCount(count.file, count.format, count.end_offset, n_records=1)
    vars(count).update(vars(fresh), reason_code=error.code, reason=masked(error.reason))
    intake.refuse(count, error, place)


def _refuse_crowded(intake: Intake, counts: Sequence[FileCount]) -> None:
    crowds = crowded(intake.con, intake.source)
    for count in counts:
        if count.file.file_id in crowds:
            size = count.file.path.stat().st_size
            _refuse_file(intake, count, crowds[count.file.file_id], Place(None, 0, b"", size))
    intake.flush()


def _read_stream(intake: Intake, count: FileCount, stream: ByteStream, bulk_bytes: int) -> None:
    head = next(stream.chunks, b"")
    format_ = table_format(count.file.name, head, intake.source)
    if format_ is not None:
        count.format = format_ + stream.packing
    refusal = intake.source.refusal(count.file.name)
    if refusal is not None:
        raise RefusedError("unknown_kind", refusal)
    check_encoding(head)
    text = head.removeprefix(_BOM)
    chunks, offset = chain([text], stream.chunks), stream.offset + len(head) - len(text)
    if format_ is not None:
        _read_table(intake, count, format_, chunks, offset)
    else:
        _read_json(intake, count, replace(stream, chunks=chunks, offset=offset), bulk_bytes)


def _read_table(
    intake: Intake, count: FileCount, format_: TableFormat, chunks: Iterator[bytes], offset: int
) -> None:
    table = read_table(
        format_, chunks, offset, source=intake.source, file=count.file, limits=intake.limits
    )
    count.findings = table.findings
    for row in table.rows:
        take_row(intake, count, row)
        if format_ in intake.source.readers and count.n_rejected > MAX_REFUSED_ROWS:
            reason = f"has more than {MAX_REFUSED_ROWS:,} wrong rows: correct what writes it"
            raise RefusedError("too_many", reason)


def _read_json(intake: Intake, count: FileCount, stream: ByteStream, bulk_bytes: int) -> None:
    text_chunks = with_line_feeds(stream.chunks)
    head = next(text_chunks, b"")
    chunks = chain([head], text_chunks)
    if count.file.is_continued or is_lines(head, count.file.name):
        count.format = "jsonl" + stream.packing
        is_growing = not (stream.packing or count.file.is_complete)
        pieces = lines(chunks, stream.offset, intake.limits, is_growing=is_growing)
        is_bulky = len(head) >= bulk_bytes
        take = Bulk(intake, count).take if is_bulky else partial(take_lines, intake, count)
        _read_lines(intake, count, pieces, take)
    else:
        count.format = "json" + stream.packing
        for document in documents(chunks, stream.offset, intake.limits):
            take_document(intake, count, document)


def _read_lines(
    intake: Intake,
    count: FileCount,
    pieces: Iterator[Block | Oversized | Pending],
    take: Callable[[Block], None],
) -> None:
    for piece in pieces:
        if isinstance(piece, Block):
            take(piece)
            if not piece.is_ended and count.file.is_complete:
                # What it will be when more is written to it after all is read from here.
                count.end_offset = piece.offset
            continue
        if isinstance(piece, Pending):
            count.n_records += 1
            count.n_pending += 1
            count.end_offset = piece.offset
        else:
            reason = f"the line is longer than {intake.limits.max_record_bytes} bytes"
            place = Place(piece.line, piece.offset, piece.head, piece.size)
            intake.refuse_unread(count, RefusedError("too_long", reason), place)
