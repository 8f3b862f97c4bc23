"""Commands about records that were refused."""

import sys
from itertools import pairwise
from pathlib import Path

import click

from tracking_pipeline.cli.printing import print_fates, print_refusals, print_table
from tracking_pipeline.settings import Settings

_SHORT_ID = 8


@click.group()
def quarantine() -> None:
    """List, show, replay and dismiss records that were refused.

    An ID may be shortened to a beginning that no other has.
    """


@quarantine.command("list")
@click.option(
    "--all",
    "with_settled",
    is_flag=True,
    help="Also those that were replayed, superseded or dismissed.",
)
@click.pass_obj
def list_(settings: Settings, *, with_settled: bool) -> None:
    """List the records in quarantine with place and reason."""
    from tracking_pipeline.pipeline import loading

    every = loading.quarantined(settings, with_settled=True)
    length = _distinct(every["quarantine_id"].to_list())
    listed = [
        (
            row["quarantine_id"][:length],
            *([row["status"]] if with_settled else []),
            _place(row),
            row["reason"],
        )
        for row in every.iter_rows(named=True)
        if with_settled or row["status"] == "quarantined"
    ]
    if listed:
        print_table(["id", *(["status"] if with_settled else []), "where", "reason"], listed)
    else:
        click.echo("Nothing waits in quarantine.")


@quarantine.command()
@click.argument("quarantine_id", metavar="ID")
@click.pass_obj
def show(settings: Settings, quarantine_id: str) -> None:
    """Write the refused bytes as they arrived to standard output."""
    from tracking_pipeline.pipeline import loading

    click.echo(loading.quarantined_bytes(settings, quarantine_id), nl=False)


@quarantine.command()
@click.argument("quarantine_ids", metavar="ID…", nargs=-1, required=True)
@click.option(
    "--with",
    "fixed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with the corrected record; without it, today's rules read the old bytes again.",
)
@click.pass_obj
def replay(settings: Settings, quarantine_ids: tuple[str, ...], fixed: Path | None) -> None:
    """Read refused records again, corrected or by today's rules."""
    from tracking_pipeline.pipeline import loading

    summary = loading.replay(settings, quarantine_ids, fixed)
    print_fates(summary)
    print_refusals(summary)
    sys.exit(bool(summary.n_quarantined))


@quarantine.command()
@click.argument("quarantine_ids", metavar="ID…", nargs=-1, required=True)
@click.option("--reason", required=True, help="Why they may be forgotten; it is kept with them.")
@click.pass_obj
def dismiss(settings: Settings, quarantine_ids: tuple[str, ...], reason: str) -> None:
    """Let refused records go: they are no data, or were corrected elsewhere."""
    from tracking_pipeline.pipeline import loading

    n_dismissed = loading.dismiss(settings, quarantine_ids, reason)
    click.echo(f"{n_dismissed} dismissed. `tracking run` brings the reports up to date.")


def _distinct(ids: list[str]) -> int:
    """Return how much of each id tells it from the others, and no less than people read easily."""
    shared = (
        next(n for n, (one, other) in enumerate(zip(*pair, strict=True)) if one != other)
        for pair in pairwise(sorted(ids))
    )
    return max([_SHORT_ID, *(n + 1 for n in shared)])


def _place(row: dict[str, object]) -> str:
    line = row["line_number"]
    path = f"{row['source']}/{row['relative_path']}"
    return path if line is None else f"{path}:{line}"
