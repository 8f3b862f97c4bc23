"""Files that are tables of text: their rows as the records of the kind that the path names."""

import json
import re
from collections.abc import Iterator
from typing import Literal, get_args

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources import yaml_value
from tracking_pipeline.sources.cells import record
from tracking_pipeline.sources.csv_rows import csv_rows
from tracking_pipeline.sources.documents import Document
from tracking_pipeline.sources.examine import records_of
from tracking_pipeline.sources.isolated import isolated
from tracking_pipeline.sources.record import Default, RecordKind, Source, SourceFile
from tracking_pipeline.sources.strict import JsonValue, RefusedError

TableFormat = Literal["csv", "yaml"]

MAX_YAML_BYTES = 2**20


def table_format(path: str) -> TableFormat | None:
    """Return what the file's name says it is, packed or not; None when it is no table."""
    found = re.search(r"\.(csv|ya?ml)(\.(gz|zst))?$", path, re.IGNORECASE)
    if found is None:
        return None
    return "csv" if found[1].lower() == "csv" else "yaml"


def is_table(format_: str) -> bool:
    """Return whether a file of this format, as the manifest names it, is a table."""
    return format_.partition("+")[0] in get_args(TableFormat)


def table_rows(
    chunks: Iterator[bytes],
    offset: int,
    source: Source,
    file: SourceFile,
    limits: Settings,
) -> Iterator[Document]:
    """Yield the rows of a table; RefusedError for one that is unreadable as a whole."""
    default = source.default(file.name)
    if default is None:
        raise RefusedError("unknown_kind", "its path names no kind of record")
    kind = source.by_name[default.kind]
    if table_format(file.name) == "csv":
        yield from csv_rows(chunks, offset, kind, limits)
    else:
        yield from _yaml_rows(chunks, source, kind, _inherited(default, file))


def _inherited(default: Default, file: SourceFile) -> dict[str, JsonValue]:
    return {default.stem: file.stem} if default.stem else {}


def _yaml_rows(
    chunks: Iterator[bytes], source: Source, kind: RecordKind, inherited: dict[str, JsonValue]
) -> Iterator[Document]:
    root = isolated(yaml_value.read, _gathered(chunks))
    for index, row in records_of(root, source):
        value: JsonValue | RefusedError = row
        if isinstance(row, dict):
            try:
                value = record(inherited | row, kind)
            except RefusedError as error:
                value = error
        raw = json.dumps(row, ensure_ascii=False).encode()
        yield Document(value, raw, len(raw), index or 1, 0, index)


def _gathered(chunks: Iterator[bytes]) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > MAX_YAML_BYTES:
            raise RefusedError("too_long", f"is YAML of more than {MAX_YAML_BYTES} bytes")
    return bytes(content)
