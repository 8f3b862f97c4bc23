"""The door of the sources: delivered files in, typed records and the fate of the rest out."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import chain

import duckdb

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.bulk import Bulk
from tracking_pipeline.sources.documents import documents
from tracking_pipeline.sources.framing import Oversized, Pending, check_encoding, is_lines, lines
from tracking_pipeline.sources.intake import FileCount, Intake, Place
from tracking_pipeline.sources.one_by_one import take_document, take_lines
from tracking_pipeline.sources.outcomes import create_tables, write_outcomes
from tracking_pipeline.sources.record import Source, SourceFile
from tracking_pipeline.sources.streams import ByteStream, open_stream
from tracking_pipeline.sources.strict import RefusedError

_BOM = b"\xef\xbb\xbf"
# Below it the queries of the bulk path cost more than examining each record.
BULK_BYTES = 2**19


def read(
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
    ``file_outcomes`` one a file and ``parsed_findings`` one a (file, kind, finding, field). For
    each file n_records = parsed + rejected + blank + pending. ``key`` keys the pseudonyms; records
    later than ``now`` and the tolerance are refused. Lines of files from ``bulk_bytes`` on are
    typed in bulk; the rows do not depend on it. Raises OSError when a file cannot be read.
    """
    create_tables(con, source)
    latest = _utc(now) + timedelta(minutes=limits.future_tolerance_minutes)
    intake = Intake(con, source, limits, key=key, latest=latest)
    counts = [FileCount(file) for file in files]
    for count in counts:
        _read_file(intake, count, bulk_bytes)
    intake.flush()
    write_outcomes(con, source, counts)


def _utc(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(tzinfo=None) if now.tzinfo else now


def _read_file(intake: Intake, count: FileCount, bulk_bytes: int) -> None:
    with count.file.path.open("rb") as opened:
        stream = open_stream(opened, count.file, intake.limits)
        count.end_offset = stream.size
        try:
            _read_stream(intake, count, stream, bulk_bytes)
        except RefusedError as error:
            opened.seek(0)
            head = opened.read(intake.limits.quarantine_raw_bytes)
            _refuse_file(intake, count, error, Place(None, 0, head, stream.size))


def _refuse_file(intake: Intake, count: FileCount, error: RefusedError, place: Place) -> None:
    """The whole file is one quarantined record."""
    intake.forget(count)
    fresh = FileCount(count.file, count.format, count.end_offset, n_records=1)
    vars(count).update(vars(fresh), reason_code=error.code, reason=error.reason)
    intake.refuse(count, error, place)


def _read_stream(intake: Intake, count: FileCount, stream: ByteStream, bulk_bytes: int) -> None:
    head = next(stream.chunks, b"")
    check_encoding(head)
    text = head.removeprefix(_BOM)
    chunks, offset = chain([text], stream.chunks), stream.offset + len(head) - len(text)
    if is_lines(text, count.file.name, intake.limits.max_json_depth):
        count.format = "jsonl" + stream.packing
        is_bulk = len(head) >= bulk_bytes
        _read_lines(intake, count, chunks, offset, is_bulk=is_bulk, is_growing=not stream.packing)
    else:
        count.format = "json" + stream.packing
        for document in documents(chunks, offset, intake.limits):
            take_document(intake, count, document)


def _read_lines(
    intake: Intake,
    count: FileCount,
    chunks: Iterator[bytes],
    offset: int,
    *,
    is_bulk: bool,
    is_growing: bool,
) -> None:
    bulk = Bulk(intake, count)
    for piece in lines(chunks, offset, intake.limits, is_growing=is_growing):
        if isinstance(piece, Pending):
            count.n_records += 1
            count.n_pending += 1
            count.end_offset = piece.offset
        elif isinstance(piece, Oversized):
            count.n_records += 1
            reason = f"the line is longer than {intake.limits.max_record_bytes} bytes"
            place = Place(piece.line, piece.offset, piece.head, piece.size)
            intake.refuse(count, RefusedError("too_long", reason), place)
        elif is_bulk:
            bulk.take(piece)
        else:
            take_lines(intake, count, piece)
