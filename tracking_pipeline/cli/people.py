"""The command that erases a person."""

import sys
from typing import TYPE_CHECKING

import click

from tracking_pipeline.cli.progress import progress
from tracking_pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracking_pipeline.pipeline.erasure import Held
    from tracking_pipeline.pipeline.proof import Scanned

_MOST_PLACES = 10


@click.command()
@click.argument("person")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only show what would go.")
@click.pass_obj
def erase(settings: Settings, *, person: str, is_sure: bool, dry_run: bool) -> None:
    """Erase a person for good, and prove it.

    PERSON is an e-mail address, name, profile address or pseudonym. Records, archived and landed
    files, quarantine, reports and messages go, and what is left is built and published anew.
    """
    from tracking_pipeline.pipeline import erasure

    whom = erasure.whom(settings, person)
    _print_held(erasure.held(settings, whom))
    if dry_run:
        return
    if not is_sure:
        click.confirm("Erase all of it? It cannot be undone", abort=True)
    with progress() as tell:
        scanned = erasure.erase(settings, whom, tell)
    sys.exit(print_proof(scanned))


def _print_held(held: "Held") -> None:
    for table, n_records in held.records.items():
        click.echo(f"{n_records:8}  records in landing.{table}")
    click.echo(f"{held.n_objects:8}  archived objects")
    click.echo(f"{held.n_landed_files:8}  files in the landing folder")
    click.echo(f"{held.n_reports:8}  reports, to be removed")
    click.echo(f"{held.n_messages:8}  messages and alerts, to be removed")


def print_proof(scanned: "Sequence[Scanned]") -> int:
    """Print what was searched and found; return the exit code."""
    for each in scanned:
        click.echo(f"searched {each.n_things} {each.things} of {each.part}: {each.n_found}")
        _print_places("found in", each.places)
        _print_places("cannot be searched to its end:", each.unsearched)
    n_found = sum(each.n_found for each in scanned)
    n_unsearched = sum(len(each.unsearched) for each in scanned)
    click.echo(f"{n_found} occurrences")
    if n_found:
        click.echo("Remove what the lines above name, or run the command again.")
    if n_unsearched:
        click.echo(f"{n_unsearched} files cannot be searched: look into them, or remove them.")
    return int(n_found > 0 or n_unsearched > 0)


def _print_places(said: str, places: "Sequence[str]") -> None:
    for place in places[:_MOST_PLACES]:
        click.echo(f"  {said} {place}")
    if len(places) > _MOST_PLACES:
        click.echo(f"  and {len(places) - _MOST_PLACES:,} more")
