"""Files that are no JSON: their rows as records of the kind that path or content names."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast, get_args

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources import yaml_value
from tracking_pipeline.sources.cells import check_keys, record
from tracking_pipeline.sources.consent import NO_CONSENT, check_consent
from tracking_pipeline.sources.csv_rows import csv_rows
from tracking_pipeline.sources.documents import Document
from tracking_pipeline.sources.examine import records_of
from tracking_pipeline.sources.fork_server import Reader
from tracking_pipeline.sources.isolated import isolated
from tracking_pipeline.sources.record import (
    Default,
    RecordKind,
    Source,
    SourceFile,
    TableFormat,
)
from tracking_pipeline.sources.strict import JsonValue, RefusedError, parse

MAX_YAML_BYTES = 2**20
MAX_DATABASE_BYTES = 2**25

_MAGIC = b"SQLite format 3\0"
_SUFFIXES: Mapping[TableFormat, str] = {"csv": "csv", "yaml": "ya?ml", "sqlite": "db|sqlite3?"}


@dataclass(frozen=True)
class Table:
    """The rows of a file, and what its reader noted beside them: a finding and its field."""

    rows: Iterator[Document]
    findings: tuple[tuple[str, str], ...] = ()


def table_format(path: str, head: bytes, source: Source) -> TableFormat | None:
    """Return what a file that begins with ``head`` is, packed or not; None when it is no table."""
    if "sqlite" in source.readers and head.startswith(_MAGIC):
        return "sqlite"
    for format_, suffixes in _SUFFIXES.items():
        if format_ == "sqlite" and format_ not in source.readers:
            continue
        if re.search(rf"\.({suffixes})(\.(gz|zst))?$", path, re.IGNORECASE):
            return format_
    return None


def as_table(format_: str) -> TableFormat | None:
    """Return which table a format is, as the manifest names it; None when it is none."""
    name = format_.partition("+")[0]
    return cast("TableFormat", name) if name in get_args(TableFormat) else None


def read_table(  # noqa: PLR0913 - a file, what it is and whose
    format_: TableFormat,
    chunks: Iterator[bytes],
    offset: int,
    *,
    source: Source,
    file: SourceFile,
    limits: Settings,
) -> Table:
    """Return the rows of a table; RefusedError for one that is unreadable as a whole."""
    if format_ in source.readers:
        return _contents(source.readers[format_], _gathered(chunks, format_), source, limits)
    default = source.default(file.name)
    if default is None:
        raise RefusedError("unknown_kind", "its path names no kind of record")
    kind = source.by_name[default.kind]
    if format_ == "csv":
        return Table(csv_rows(chunks, offset, kind, limits))
    return Table(_yaml_rows(_gathered(chunks, format_), source, kind, _inherited(default, file)))


def _inherited(default: Default, file: SourceFile) -> dict[str, JsonValue]:
    return {default.stem: file.stem} if default.stem else {}


def _yaml_rows(
    content: bytes, source: Source, kind: RecordKind, inherited: dict[str, JsonValue]
) -> Iterator[Document]:
    root = isolated(yaml_value.read, content)
    for index, row in records_of(root, source):
        value: JsonValue | RefusedError = row
        if isinstance(row, dict):
            try:
                check_keys(row, kind)
                value = record(inherited | row, kind)
            except RefusedError as error:
                value = error
        raw = json.dumps(row, ensure_ascii=False).encode()
        yield Document(value, raw, len(raw), index or 1, 0, index)


def _contents(reader: Reader, content: bytes, source: Source, limits: Settings) -> Table:
    """Return what a reader of whole files makes of one: ``rows`` and ``findings``."""
    answer = cast("dict[str, list[list[str]]]", isolated(reader, content))
    findings = tuple((finding, field) for finding, field in answer["findings"])
    return Table(_read_rows(answer["rows"], source, limits), findings)


def _read_rows(rows: list[list[str]], source: Source, limits: Settings) -> Iterator[Document]:
    for number, (kind, place, text, size) in enumerate(rows, start=1):
        value: JsonValue | RefusedError
        try:
            value = _row(text, int(size), source, kind, limits)
        except RefusedError as error:
            if error.code == NO_CONSENT:
                raise
            value = error
        raw = text.encode(errors="surrogatepass")
        n_bytes = max(len(raw), int(size))
        yield Document(value, raw, n_bytes, number, 0, number, kind=kind, place=place)


def _row(text: str, size: int, source: Source, kind: str, limits: Settings) -> JsonValue:
    if size > min(len(text), limits.max_record_bytes):
        raise RefusedError("too_long", f"is {size} characters long")
    value, _ = parse(text, 0, limits.max_json_depth)
    if source.is_by_consent:
        # Before it is typed, which may fail, and drops empty answers.
        check_consent(value)
    return record(value, source.by_name[kind]) if isinstance(value, dict) else value


def _gathered(chunks: Iterator[bytes], format_: TableFormat) -> bytes:
    most = MAX_DATABASE_BYTES if format_ == "sqlite" else MAX_YAML_BYTES
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > most:
            raise RefusedError("too_long", f"is {format_} of more than {most} bytes")
    return bytes(content)
