"""What a source is: record kinds, their fields, where each stands in the record, its privacy."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

from tracking_pipeline.sources.fork_server import Reader

FieldType = Literal["VARCHAR", "DOUBLE", "BIGINT", "BOOLEAN", "TIMESTAMP", "DATE", "VARCHAR[]"]
JsonType = Literal[
    "VARCHAR", "DOUBLE", "BIGINT", "BOOLEAN", "FLAG", "VARCHAR[]", "SCALAR", "ANY", "OBJECT"
]
Tree = dict[str, "JsonType | Tree"]
TableFormat = Literal["csv", "yaml", "sqlite"]
Privacy = Literal["plain", "pseudonym", "masked", "public"]

COMMON = ("client_id", "observed_at", "provenance", "session_id")
"""Columns that every kind has: a field of this name fills one, else the delivery does."""

MOST = 1e12
MOST_OF_UNIT = {
    "usd": 1e9,
    "ms": 1e12,
    "s": 1e9,
    "minutes": 1e8,
    "hours": 1e6,
    "days": 3_660,
    "percent": 1e6,
    "rate": 1e4,
    "score": 1e6,
    "bytes": 1e15,
}
"""How large a number may be, by the last word of its column's name that says a unit.

What is beyond is a mistake, and its squares and sums would be beyond a report, too.
"""

NOUNS: dict[JsonType, str] = {
    "VARCHAR": "a text",
    "DOUBLE": "a number",
    "BIGINT": "a whole number",
    "BOOLEAN": "true or false",
    "FLAG": "true or false, 1 or 0",
    "VARCHAR[]": "a list of texts",
    "SCALAR": "a text or a whole number",
    "ANY": "any value",
    "OBJECT": "an object",
}
"""What a value of each type is called in the reason of a refusal."""

WITH_A_POINT = "write numbers with a decimal point and no other mark, such as 0.25"
"""What a refusal says to a decimal comma."""

LEAD = "lead"
"""The part of an identity that is the canonical JSON of ``lead_identifier``."""

CONTENT = "content"
"""The part of an identity that is all own columns of a kind but its circumstances."""

ERASED = "[erased]"
"""What stands in the archive in the place of an erased person's record: it counts as blank."""

ERASED_FILE = b'"[erased]"\n'
"""The bytes that stand there for a file that was about the person alone."""


@dataclass(frozen=True)
class Field:
    """One landed column.

    ``paths`` are dotted alternatives; the first one present wins. ``sql`` derives the column from
    ``{value}``, the JSON value of type ``reads``, and from ``raw_<column>``, that of another field
    of the kind; an ``OBJECT`` lands as its JSON, keys sorted. An
    ``is_expected`` field stands in every record whose section is there: a file in which no record
    has it lost it. A text that ``pattern`` does not match whole or that is not ``known``, a number
    below ``least`` or above ``most``, and a date to come of what ``is_past`` refuse the record;
    ``expects`` says in words what the pattern wants. Of what ``is_key`` every character can be
    seen. A ``masked`` text lands without addresses and secrets, a ``plain`` one without addresses
    (long names stay told apart), and what is ``public`` as it is.
    """

    column: str
    type: FieldType
    paths: tuple[str, ...]
    required: bool = False
    privacy: Privacy = "plain"
    sql: str | None = None
    reads: JsonType | None = None
    is_expected: bool = False
    pattern: str | None = None
    known: Callable[[str], bool] | None = None
    expects: str = ""
    least: float | None = None
    most: float | None = None
    is_past: bool = False
    is_key: bool = False

    @property
    def bounds(self) -> tuple[float, float]:
        """The least and the most, both allowed, of a number; where none is said, of its unit."""
        units = (
            MOST_OF_UNIT[word] for word in self.column.split("_")[::-1] if word in MOST_OF_UNIT
        )
        most = next(units, MOST) if self.most is None else self.most
        return -most if self.least is None else self.least, most

    @property
    def is_checked(self) -> bool:
        """Whether more is asked of its value than a type and, of a single number, its bounds."""
        has_members = self.json_type == "OBJECT" and self.most is not None
        return bool(self.pattern or self.known or self.is_key or has_members)

    @property
    def json_type(self) -> JsonType:
        """The JSON type that the field's value must have."""
        if self.reads is not None:
            return self.reads
        if self.type == "TIMESTAMP" or self.type == "DATE":  # noqa: PLR1714 - narrows the type
            return "VARCHAR"
        return self.type


PROVENANCE = Field(
    column="provenance",
    type="VARCHAR",
    paths=("provenance",),
    sql="coalesce({value}, 'measured')",
    pattern="measured|simulated|placeholder",
    expects="measured, simulated or placeholder",
)
"""What records of a kind may say of themselves; who says nothing has measured."""


@dataclass(frozen=True)
class Person:
    """Where a record names whom it is about: known paths of their e-mail address and name."""

    email: str
    name: str | None = None


@dataclass(frozen=True)
class RecordKind:
    """One kind of record.

    ``named_by`` is the key under which a record names its kind; None: only its file or its keys
    say so. ``identity`` lists what, with the kind, identifies a record: landed columns,
    ``content_hash`` (of the file), LEAD, CONTENT, or else paths of a scalar as written.
    ``unlanded`` are known values that no column keeps. A section in ``list_sections`` may hold a
    list instead, which is ignored. ``labels`` are two columns that say the same thing and must
    agree. All that an ``is_personal`` kind does not know describes a person, and lands as its path
    alone. ``circumstances`` are columns that tell how a record was read and not what it says: two
    records that differ in them alone are one. Of two dates in ``periods`` the second is not before
    the first. People write an ``is_handwritten`` kind: a key in YAML that it does not know, and a
    header that misspells a column, are refused. No two records of one file agree in all columns of
    ``stated_by``.
    """

    name: str
    fields: tuple[Field, ...]
    named_by: str | None = "log_type"
    identity: tuple[str, ...] = ("session_id", "timestamp", LEAD)
    unlanded: tuple[tuple[str, JsonType], ...] = ()
    list_sections: tuple[str, ...] = ()
    labels: tuple[str, str] | None = None
    periods: tuple[tuple[str, str], ...] = ()
    circumstances: frozenset[str] = frozenset()
    person: Person | None = None
    is_personal: bool = False
    is_handwritten: bool = False
    stated_by: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """The table it lands in, which has its name."""
        return self.name

    @cached_property
    def known(self) -> dict[str, JsonType]:
        """Every known path with its JSON type."""
        named = {self.named_by: "VARCHAR"} if self.named_by else {}
        landed = {path: field.json_type for field in self.fields for path in field.paths}
        return {**named, **landed, **dict(self.unlanded)}  # type: ignore[dict-item]

    @cached_property
    def tree(self) -> Tree:
        """The same as objects in objects."""
        root: Tree = {}
        for path, json_type in self.known.items():
            *sections, key = path.split(".")
            node = root
            for section in sections:
                inner = node.setdefault(section, {})
                if isinstance(inner, dict):
                    node = inner
            node[key] = json_type
        return root

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """The dotted paths of all known objects inside the record, sorted."""
        parts = [path.split(".") for path in self.known]
        objects = {path for path, json_type in self.known.items() if json_type == "OBJECT"}
        return tuple(sorted(objects | {".".join(p[:n]) for p in parts for n in range(1, len(p))}))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The keys that its records may have at the top, as their fields name them."""
        return tuple(dict.fromkeys(path.partition(".")[0] for path in self.known))

    @cached_property
    def checked_fields(self) -> tuple[Field, ...]:
        """The fields of whose values more is asked than a type."""
        return tuple(field for field in self.fields if field.is_checked)

    @cached_property
    def stating_fields(self) -> tuple[Field, ...]:
        """The fields of ``stated_by``, as they stand in a record."""
        return tuple(field for field in self.fields if field.column in self.stated_by)

    @cached_property
    def own_fields(self) -> tuple[Field, ...]:
        """The fields that have a column of their own."""
        return tuple(field for field in self.fields if field.column not in COMMON)

    @cached_property
    def common_fields(self) -> dict[str, Field]:
        """The fields that fill a common column, by its name."""
        return {field.column: field for field in self.fields if field.column in COMMON}


@dataclass(frozen=True)
class Default:
    """Of which kind a record is that does not name one.

    It has all of ``keys``, and ``pattern`` is found, in capitals or not, in the path of its file
    below the source's folder. In a table ``stem`` is the path whose missing value is the file's
    stem. An ``is_rewritten`` file is read whole each time, and that its old contents are gone is no
    finding. One that is delivered alone is put into ``folder``.
    """

    kind: str
    pattern: str = ""
    keys: tuple[str, ...] = ()
    stem: str | None = None
    is_rewritten: bool = False
    folder: str = ""

    def fits(self, path: str) -> bool:
        """Return whether a record from a file of this path may be of the kind."""
        return _is_found(self.pattern, path)


@dataclass(frozen=True)
class Source:
    """A system's deliveries: its kinds of records and the zone of its naive timestamps.

    ``wrappers`` are keys under which an object holds a list of whole records. A record that names
    no kind is of the first of ``defaults`` that fits. A file whose path fits none is refused as a
    whole with the reason of the first of ``refusals``, (pattern, reason), that does.
    ``personal_sections`` are keys, at any depth, under which a person is described: what is unknown
    there lands as its path alone. ``readers`` turn whole files of a format into records. Where it
    ``is_by_consent``, a file with a record that states the contrary is refused as a whole; so is
    one that tells of more than ``most`` people and clients.
    """

    name: str
    system: str
    timezone: str
    kinds: tuple[RecordKind, ...]
    wrappers: tuple[str, ...] = ()
    defaults: tuple[Default, ...] = ()
    refusals: tuple[tuple[str, str], ...] = ()
    personal_sections: frozenset[str] = frozenset()
    readers: Mapping[TableFormat, Reader] = field(default_factory=dict)
    is_by_consent: bool = False
    most: tuple[int, int] | None = None

    @cached_property
    def by_name(self) -> dict[str, RecordKind]:
        """The kinds by their name."""
        return {kind.name: kind for kind in self.kinds}

    @cached_property
    def naming_keys(self) -> tuple[str, ...]:
        """The keys under which records name their kind."""
        return tuple(sorted({kind.named_by for kind in self.kinds if kind.named_by}))

    def default(self, path: str) -> Default | None:
        """Return what the path of a file alone says of the kind of its records."""
        of_path = (each for each in self.defaults if each.fits(path))
        return next((each for each in of_path if not each.keys), None)

    def is_rewritten(self, path: str) -> bool:
        """Return whether this file is replaced as a whole when it changes."""
        default = self.default(path)
        return default is not None and default.is_rewritten

    def refusal(self, path: str) -> str | None:
        """Return why a file of this path is refused as a whole; None when it is read."""
        if self.default(path) is not None:
            return None
        return next((reason for pattern, reason in self.refusals if _is_found(pattern, path)), None)

    def reading(self, path: str) -> str:
        """Return what the path decides of how bytes are read: by one reading they say the same."""
        default = self.default(path)
        if default is None:
            return ""
        return f"{default.kind} {stem(path)}" if default.stem else default.kind

    def place(self, name: str) -> PurePosixPath:
        """Return where a file of this name that is delivered alone is put."""
        default = self.default(name)
        return PurePosixPath(default.folder if default else "", name)


@dataclass(frozen=True)
class SourceFile:
    """Delivered bytes to read from ``start_offset`` on, and what their records inherit.

    ``timezone`` is the zone of naive timestamps. ``name`` is the delivered path; its suffix settles
    what the content may leave open. ``content_hash`` and ``received_at`` (UTC, naive) identify and
    date the records of a kind that has neither identity nor time of its own. The bytes of an
    ``is_continued`` one follow whole lines of an older version; to an ``is_complete`` one nothing
    more is written, so that its last line needs no end.
    """

    file_id: str
    path: Path
    start_offset: int
    timezone: str
    client_id: str
    provenance: str
    name: str = ""
    content_hash: str = ""
    received_at: datetime = datetime(1970, 1, 1)  # noqa: DTZ001 - UTC, as the tables keep it
    is_continued: bool = False
    is_complete: bool = False

    @property
    def stem(self) -> str:
        """The file's name without its ending."""
        return stem(self.name)


def stem(path: str) -> str:
    """Return a file's name without its ending, packed or not: other dots belong to it."""
    return PurePosixPath(re.sub(r"\.(gz|zst)$", "", path, flags=re.IGNORECASE)).stem


def _is_found(pattern: str, path: str) -> bool:
    """Return whether it is, in capitals or not: Windows does not tell ``.YML`` from ``.yml``."""
    return re.search(pattern, path, re.IGNORECASE) is not None
