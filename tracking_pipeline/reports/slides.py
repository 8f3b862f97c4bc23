"""Slides as plain data: what each of them says, before it has a shape."""

from dataclasses import dataclass
from typing import Literal

from tracking_pipeline.analysis.quantity import quantity
from tracking_pipeline.reports.document import Column

Layout = Literal["title", "section", "content"]


@dataclass(frozen=True)
class BigNumber:
    """A leading figure as it reads, and what it rests on."""

    label: str
    value: str
    rests_on: str = ""


@dataclass(frozen=True)
class Series:
    """A value a category of its chart, None where there is no data."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class SlideChart:
    """A chart that can be edited: its values are in ``unit`` (fraction, usd, count, ms …).

    A bar lies, a column stands; a line goes from category to category.
    """

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str
    shape: Literal["bar", "column", "line"] = "bar"
    kind: Literal["chart"] = "chart"

    @property
    def alt(self) -> str:
        """What it shows, for who does not see it: every value of every series."""
        return f"{self.shape.capitalize()} chart: {self.title}. " + " ".join(
            f"{each.name}: {self._read_out(each)}." for each in self.series
        )

    def _read_out(self, series: Series) -> str:
        values = zip(self.categories, series.values, strict=True)
        return ", ".join(f"{of} {quantity(value, self.unit)}" for of, value in values)


@dataclass(frozen=True)
class SlideTable:
    """A table of texts; the first column names the rows."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"

    @property
    def alt(self) -> str:
        """What it holds, for who does not see it."""
        return f"Table: {self.title}. {', '.join(column.label for column in self.columns)}."


@dataclass(frozen=True)
class Step:
    """One line of a reckoning: what it gives, how, and how much; a result closes what is above."""

    label: str
    working: str
    value: str
    is_result: bool = False


@dataclass(frozen=True)
class Arithmetic:
    """A reckoning, line by line."""

    title: str
    steps: tuple[Step, ...]
    kind: Literal["arithmetic"] = "arithmetic"

    @property
    def alt(self) -> str:
        """The whole reckoning, for who does not see it."""
        return f"Reckoning: {self.title}. " + " ".join(
            f"{step.label}: {step.working} = {step.value}." for step in self.steps
        )


@dataclass(frozen=True)
class Bullets:
    """Short sentences one below the other."""

    title: str
    lines: tuple[str, ...]
    kind: Literal["bullets"] = "bullets"


Panel = SlideChart | SlideTable | Arithmetic | Bullets


@dataclass(frozen=True)
class Slide:
    """One slide: a title that states the finding, numbers in a row, and one or two panels below.

    ``split`` is the first panel's share of the width. A ``title`` or ``section`` slide has neither
    numbers nor panels but ``text`` below its title. ``notes`` are for who speaks.
    """

    title: str
    kicker: str
    layout: Layout = "content"
    text: str = ""
    numbers: tuple[BigNumber, ...] = ()
    panels: tuple[Panel, ...] = ()
    split: float = 0.5
    footnote: str = ""
    notes: tuple[str, ...] = ()
