"""How commands show what they do and found."""

import re
import sys
from collections import Counter
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import TextIO

    import polars as pl
    from rich.console import ConsoleOptions

    from tracking_pipeline.landing.summary import IngestSummary
    from tracking_pipeline.pipeline.building import Built
    from tracking_pipeline.reports.archive import ArchivedReport

_MOST_REFUSALS = 20
_MOST_OF_SUBJECTS = 40
_JOINT = re.compile(r"(?<=[_/])")
PIPED_WIDTH = 1000  # a pipe has no width to cut tables to


def print_fates(summary: "IngestSummary") -> None:
    """Print what became of the records."""
    click.echo(inert(summary.sentence()))


def print_refusals(summary: "IngestSummary") -> None:
    """Print a line for each file and reason, and where the records stand."""
    for refusal in summary.refusals[:_MOST_REFUSALS]:
        click.echo(inert(f"  refused: {refusal.sentence()}"))
    n_more = len(summary.refusals) - _MOST_REFUSALS
    if n_more > 0:
        click.echo(f"  and {n_more} more reasons")
    if summary.refusals:
        click.echo("  `tracking quarantine list` shows every refused record.")


def print_built(built: "Built") -> None:
    """Print how many tables were made anew, and how many were right as they stood."""
    statuses = Counter(node.status for node in built.nodes)
    unchanged = f", {statuses['unchanged']} rest on nothing new" if statuses["unchanged"] else ""
    click.echo(f"{statuses['built']} tables built and tested{unchanged}")


def print_reports(reports: "Iterable[ArchivedReport]") -> int:
    """Print each report as it is written; return how many."""
    n_written = 0
    for n_written, archived in enumerate(reports, 1):  # noqa: B007 - the count is the answer
        start = archived.period.start
        click.echo(f"{start}  r{archived.revision}  {archived.mark:8}{archived.folder}")
    return n_written


def print_written(reports: "Sequence[ArchivedReport]") -> None:
    """Print how many reports of each kind were written, of what and how they are marked."""
    kinds: dict[str, list[ArchivedReport]] = {}
    for each in reports:
        kinds.setdefault(each.kind, []).append(each)
    rows = [(kind, *_written(of_kind)) for kind, of_kind in sorted(kinds.items())]
    if rows:
        print_table(["reports", "written", "of", "periods", "marks"], rows)


def _written(reports: "Sequence[ArchivedReport]") -> tuple[str, ...]:
    n_revised = sum(each.revision > 1 for each in reports)
    subjects = sorted({each.subject for each in reports})
    is_short = len(", ".join(subjects)) <= _MOST_OF_SUBJECTS
    starts = [each.period.start for each in reports]
    marks = Counter(each.mark for each in reports)
    return (
        f"{len(reports)}, {n_revised} revised" if n_revised else str(len(reports)),
        ", ".join(subjects) if is_short else f"{len(subjects)} subjects",
        " to ".join(str(start) for start in sorted({min(starts), max(starts)})),
        ", ".join(f"{n} {mark}" for mark, n in marks.most_common()),
    )


def print_frame(frame: "pl.DataFrame") -> None:
    """Print a frame as a table; to a pipe, uncut."""
    print_table(frame.columns, frame.iter_rows())


def print_table(names: "Sequence[str]", rows: "Iterable[Sequence[object]]") -> None:
    """Print rows below their names; on a terminal long cells go on in the next line."""
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(_cell, row))
    console = Console(width=None if is_terminal(sys.stdout) else PIPED_WIDTH)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())


def print_rows(rows: "Sequence[Mapping[str, object]]", n_rows: int) -> None:
    """Print rows that have the same columns, and how many of them are left out."""
    if rows:
        print_table(list(rows[0]), [list(row.values()) for row in rows])
    if n_rows > len(rows):
        click.echo(f"and {n_rows - len(rows)} more")


def is_terminal(stream: "TextIO | None") -> bool:
    """Return whether somebody looks at a stream; one that was closed at the start is None."""
    return stream is not None and stream.isatty()


class _Cell:
    """A text that goes on in the next line between words, in a long one after an underscore."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __rich_measure__(self, console: Console, options: "ConsoleOptions") -> Measurement:
        return Measurement.get(console, options, Text(self._text))

    def __rich_console__(self, _: Console, options: "ConsoleOptions") -> "Iterator[Text]":
        width = options.max_width
        long = re.compile(rf"\S{{{width + 1},}}")
        yield Text(long.sub(lambda word: _folded(word[0], width), self._text))


def _folded(word: str, width: int) -> str:
    lines = [""]
    for piece in _JOINT.split(word):
        if lines[-1] and len(lines[-1] + piece) > width:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines)


def _cell(value: object) -> "Text | _Cell":
    return value if isinstance(value, Text) else _Cell(inert("" if value is None else str(value)))


def inert(text: str) -> str:
    """Return a text that may hold anything so that no terminal obeys it."""
    return "".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in text)
