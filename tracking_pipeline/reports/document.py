"""One document as display text: what every layout format (HTML, PDF, Markdown) sets."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tracking_pipeline.reports.model import Chart

Tone = Literal["good", "bad", "neutral", "warning"]


@dataclass(frozen=True)
class Chip:
    """A short verdict with its colour."""

    text: str
    tone: Tone = "neutral"


@dataclass(frozen=True)
class Card:
    """One leading figure: its value large, what it rests on small."""

    label: str
    entity: str
    value: str
    before: str = ""
    change: str = ""
    chip: Chip | None = None
    support: str = ""
    chart: Chart | None = None


@dataclass(frozen=True)
class Cards:
    """Leading figures side by side."""

    cards: tuple[Card, ...]
    empty: str = "No figure."


@dataclass(frozen=True)
class Cell:
    """One cell of a table; ``code`` is how the tables of the warehouse name it."""

    text: str
    code: str = ""
    note: str = ""
    chip: Chip | None = None
    is_strong: bool = False


@dataclass(frozen=True)
class Column:
    """One column of a table; numbers stand right."""

    label: str
    is_number: bool = False


@dataclass(frozen=True)
class RowGroup:
    """Rows under one heading; no heading when ``title`` is empty."""

    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    code: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose first column names its rows."""

    caption: str
    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]
    empty: str = "Nothing to show."


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Statement:
    """One sentence of the claims gate, and what it rests on."""

    sentence: str
    evidence: str
    is_supported: bool


@dataclass(frozen=True)
class Statements:
    """Sentences of the claims gate."""

    statements: tuple[Statement, ...]
    empty: str = "No comparison was made."


@dataclass(frozen=True)
class Item:
    """One entry of a list: an alert, a recommendation, a highlight, a next step."""

    title: str
    text: str = ""
    chip: Chip | None = None
    actions: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Items:
    """Entries one below the other; numbered when their order means something."""

    items: tuple[Item, ...]
    is_numbered: bool = False
    empty: str = "None."


@dataclass(frozen=True)
class Charts:
    """Charts side by side, each under its title."""

    charts: tuple[Chart, ...]


Block = Cards | Table | Paragraph | Statements | Items | Charts


@dataclass(frozen=True)
class Section:
    """A part of the document under its own heading."""

    section_id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """One edition of a report, ready to set."""

    title: str
    kicker: str
    period: str
    facts: tuple[Chip, ...]
    banner: str
    as_of: datetime
    document_id: str
    sections: tuple[Section, ...]
    footer: tuple[str, ...] = ()
