"""What a source is: record kinds, their fields, where each stands in the JSON, and its privacy."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

FieldType = Literal["VARCHAR", "DOUBLE", "BIGINT", "BOOLEAN", "TIMESTAMP", "VARCHAR[]"]
JsonType = Literal["VARCHAR", "DOUBLE", "BIGINT", "BOOLEAN", "VARCHAR[]", "SCALAR", "ANY"]
Privacy = Literal["plain", "pseudonym", "masked"]


@dataclass(frozen=True)
class Field:
    """One landed column.

    ``paths`` are dotted alternatives; the first one present wins. ``sql`` derives the column from
    ``{value}``, the JSON value of type ``reads``. An ``is_expected`` field stands in every record
    whose section is there: a file in which no record has it lost it.
    """

    column: str
    type: FieldType
    paths: tuple[str, ...]
    required: bool = False
    privacy: Privacy = "plain"
    sql: str | None = None
    reads: JsonType | None = None
    is_expected: bool = False

    @property
    def json_type(self) -> JsonType:
        """The JSON type that the field's value must have."""
        if self.reads is not None:
            return self.reads
        return "VARCHAR" if self.type == "TIMESTAMP" else self.type


@dataclass(frozen=True)
class RecordKind:
    """One kind of record, named by its ``log_type``, and the table it lands in.

    ``identity`` lists the paths of a scalar that, with kind, session and timestamp, identifies a
    record; empty means the lead. ``unlanded`` are known values that no column keeps. A section in
    ``list_sections`` may hold a list instead, which is ignored. ``labels`` are two columns that say
    the same thing and must agree.
    """

    name: str
    table: str
    fields: tuple[Field, ...]
    session: str = "session_id"
    identity: str | None = None
    unlanded: tuple[tuple[str, JsonType], ...] = ()
    list_sections: tuple[str, ...] = ()
    labels: tuple[str, str] | None = None

    @cached_property
    def known(self) -> dict[str, JsonType]:
        """Every known path with its JSON type."""
        landed = {path: field.json_type for field in self.fields for path in field.paths}
        return landed | dict(self.unlanded)

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """The dotted paths of all known objects inside the record, sorted."""
        parts = [path.split(".") for path in self.known]
        return tuple(sorted({".".join(p[:n]) for p in parts for n in range(1, len(p))}))


@dataclass(frozen=True)
class Source:
    """A system's deliveries: its kinds of records and the zone of its naive timestamps.

    ``wrappers`` are keys under which an object holds a list of whole records. A record without
    ``log_type`` that has all of ``unnamed_keys`` is of kind ``unnamed``. ``personal_sections`` are
    keys, at any depth, under which a person is described: what is unknown there lands as its path
    alone.
    """

    name: str
    system: str
    timezone: str
    kinds: tuple[RecordKind, ...]
    wrappers: tuple[str, ...] = ()
    unnamed: str | None = None
    unnamed_keys: tuple[str, ...] = ()
    personal_sections: frozenset[str] = frozenset()

    @cached_property
    def by_name(self) -> dict[str, RecordKind]:
        """The kinds by their ``log_type``."""
        return {kind.name: kind for kind in self.kinds}


@dataclass(frozen=True)
class SourceFile:
    """Delivered bytes to read from ``start_offset`` on, and what their records inherit.

    ``timezone`` is the zone of naive timestamps. ``name`` is the delivered name; its suffix
    ``.jsonl`` or ``.ndjson`` settles what the content may leave open.
    """

    file_id: str
    path: Path
    start_offset: int
    timezone: str
    client_id: str
    provenance: str
    name: str = ""
