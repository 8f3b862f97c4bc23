"""How commands show what they do and found."""

import shutil
import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from tracking_pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

    from tracking_pipeline.landing.summary import IngestSummary
    from tracking_pipeline.reports.archive import ArchivedReport

_MOST_REFUSALS = 5
PIPED_WIDTH = 1000  # a pipe has no width to cut tables to


def show_progress(message: str) -> None:
    """Show what is being done: on one line of a terminal, or a line each in a log."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        click.echo(f"\r{message[:width]:<{width}}", err=True, nl=False)
    else:
        click.echo(message, err=True)


def print_fates(summary: "IngestSummary") -> None:
    """Print what became of the records."""
    if sys.stderr.isatty():
        click.echo("\r", err=True, nl=False)
    click.echo(summary.sentence())


def print_refusals(settings: Settings, summary: "IngestSummary") -> None:
    """Print the newest few reasons, and where the rest stand."""
    from tracking_pipeline.pipeline import loading

    if not summary.n_quarantined:
        return
    newest = loading.quarantined(settings).sort("quarantined_at", "line_number", descending=True)
    told = newest.head(min(summary.n_quarantined, _MOST_REFUSALS))
    for row in told.iter_rows(named=True):
        click.echo(f"  refused: {row['source']}/{row['relative_path']}: {row['reason']}")
    click.echo("  `tracking quarantine list` shows every refused record.")


def print_reports(reports: "Iterable[ArchivedReport]") -> int:
    """Print each report as it is written; return how many."""
    n_written = 0
    for n_written, archived in enumerate(reports, 1):  # noqa: B007 - the count is the answer
        start = archived.period.start
        click.echo(f"{start}  r{archived.revision}  {archived.mark:8}{archived.folder}")
    return n_written


def print_frame(frame: "pl.DataFrame") -> None:
    """Print a frame as a table; to a pipe, uncut."""
    table = Table(*frame.columns, box=None)
    for row in frame.iter_rows():
        table.add_row(*("" if value is None else str(value) for value in row))
    Console(width=None if sys.stdout.isatty() else PIPED_WIDTH).print(table)
