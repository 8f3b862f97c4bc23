"""What a kind of report hands over: its words, sheets and data, before it has a revision."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

import duckdb

from tracking_pipeline.reports.document import Section
from tracking_pipeline.reports.period import Period, Rhythm
from tracking_pipeline.reports.slides import Slide
from tracking_pipeline.reports.subject import folder_name
from tracking_pipeline.settings import Settings

Edition = Literal["executive", "technical", "client"]
QualityMark = Literal["ok", "warning"]
Saying = Literal["value", "previous_value", "verdict"]
CellValue = str | float | int | None


@dataclass(frozen=True)
class Stated:
    """One thing that a report says of a figure, for the list of what a revision changed.

    ``figure`` is the figure's key, unique to the report together with ``saying``; ``value`` is in
    ``unit``, or words when it is a verdict; ``label`` is how a reader knows the figure.
    """

    figure: str
    label: str
    value: float | str | None
    n: int
    unit: str = ""
    saying: Saying = "value"
    is_leading: bool = False


@dataclass(frozen=True)
class Change:
    """What an earlier revision said otherwise; None when it said nothing."""

    figure: str
    label: str
    unit: str
    saying: Saying
    before: float | str | None
    after: float | str | None
    n_before: int
    n_after: int
    is_leading: bool


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet: an Excel number format, or that of the row's column ``Unit``."""

    name: str
    number_format: str = ""
    is_in_unit: bool = False


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook: a value or None a column."""

    name: str
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[CellValue, ...], ...]


@dataclass(frozen=True)
class Draft:
    """A report as its kind tells it; the same for every format.

    ``title`` stands on the report itself, where lists of reports show ``subject_label``.
    ``said`` is what a reader is told: the report is written anew when it differs, so it leaves out
    what may differ though nothing of the period does (histories, re-deliveries). ``data`` are the
    kind's own keys of the JSON file, ``details`` go below its key ``tracking``; ``summary`` are
    lines of the workbook's first sheet; ``exports`` are YAML files, each a tree of plain values by
    file name; ``slides``, if any, become ``slides.pptx``. ``is_silent`` when there is
    no data to report on.
    """

    kind: str
    kind_label: str
    subject: str
    subject_label: str
    period: Period
    as_of: datetime
    data_version: str
    editions: Mapping[Edition, tuple[Section, ...]]
    said: object
    data: Mapping[str, object]
    stated: tuple[Stated, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    summary: tuple[tuple[str, str], ...] = ()
    slides: tuple[Slide, ...] = ()
    details: Mapping[str, object] | None = None
    exports: Mapping[str, object] = field(default_factory=dict)
    reasons: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    title: str = ""
    is_demo: bool = False
    is_silent: bool = False
    revision: int = 1
    changes: tuple[Change, ...] = ()

    @property
    def mark(self) -> QualityMark:
        """``ok`` only when a reader has nothing to mind."""
        return "warning" if self.reasons else "ok"

    @property
    def report_id(self) -> str:
        """A name that is unique to kind, subject, period and revision."""
        of = folder_name(self.subject)
        return f"{self.kind}-{of}-{self.period.start.isoformat()}-r{self.revision}"


Versions = Mapping[tuple[str, date], str]
"""By subject and first day: what the report of each period that is to be told stands on.

It moves when the data of the period moves, and not by a re-delivery.
"""


@dataclass(frozen=True)
class ReportKind:
    """A kind of report: what it tells of, how often, and how it is drafted.

    ``versions`` asks one query for every subject, or for one. ``draft`` returns None when it has
    nothing that may be said of the period; a kind that ever does is conditional.
    """

    name: str
    label: str
    rhythm: Rhythm
    versions: Callable[[duckdb.DuckDBPyConnection, str | None], Versions]
    draft: Callable[
        [Settings, duckdb.DuckDBPyConnection, str, Period, datetime],
        Draft | None,
    ]
    is_conditional: bool = False
