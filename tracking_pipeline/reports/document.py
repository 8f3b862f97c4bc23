"""One document as display text: what every layout format (HTML, PDF, Markdown) sets."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tracking_pipeline.reports.model import Chart

Tone = Literal["good", "bad", "neutral", "warning"]
Width = Literal["whole", "half"]


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
    kind: Literal["cards"] = "cards"


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
    """One column of a table; numbers stand right, and ``width`` is a text's share of the rest."""

    label: str
    is_number: bool = False
    width: float = 1.0


@dataclass(frozen=True)
class RowGroup:
    """Rows under one heading; no heading when ``title`` is empty."""

    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""
    code: str = ""


@dataclass(frozen=True)
class Table:
    """A table whose first column names its rows; ``code`` says where its figures stand.

    A bare one is so short that its caption and its columns need not be seen.
    """

    caption: str
    columns: tuple[Column, ...]
    groups: tuple[RowGroup, ...]
    code: str = ""
    is_bare: bool = False
    empty: str = "Nothing to show."
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Paragraph:
    """Running text; a quiet one is an aside."""

    text: str
    is_quiet: bool = False
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True)
class Notice:
    """Lines that a reader has to mind."""

    lines: tuple[str, ...]
    kind: Literal["notice"] = "notice"


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
    kind: Literal["statements"] = "statements"


@dataclass(frozen=True)
class Item:
    """One entry of a list: an alert, a recommendation, a highlight, a next step."""

    title: str = ""
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
    kind: Literal["items"] = "items"


@dataclass(frozen=True)
class Charts:
    """Charts side by side, each under its title; small ones stand closer."""

    charts: tuple[Chart, ...]
    is_small: bool = False
    kind: Literal["charts"] = "charts"


Block = Cards | Table | Paragraph | Notice | Statements | Items | Charts


@dataclass(frozen=True)
class Section:
    """A part of the document under its own heading; two halves in a row stand side by side."""

    section_id: str
    title: str
    blocks: tuple[Block, ...]
    width: Width = "whole"

    @property
    def charts(self) -> Iterator[Chart]:
        """The charts that it shows."""
        for block in self.blocks:
            if isinstance(block, Charts):
                yield from block.charts
            elif isinstance(block, Cards):
                yield from (card.chart for card in block.cards if card.chart)


@dataclass(frozen=True)
class Document:
    """One edition of a report, ready to set."""

    title: str
    kicker: str
    period: str
    mark: Chip
    facts: tuple[str, ...]
    banner: str
    document_id: str
    sections: tuple[Section, ...]
    footer: tuple[str, ...]
