"""The command that erases a person."""

import sys
from typing import TYPE_CHECKING

import click

from tracking_pipeline.cli.printing import show_progress
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
    sys.exit(_print_proof(erasure.erase(settings, whom, show_progress)))


def _print_held(held: "Held") -> None:
    for table, n_records in held.records.items():
        click.echo(f"{n_records:8}  records in landing.{table}")
    click.echo(f"{held.n_objects:8}  archived objects")
    click.echo(f"{held.n_landed_files:8}  files in the landing folder")
    click.echo(f"{held.n_reports:8}  reports, to be removed")
    click.echo(f"{held.n_messages:8}  messages and alerts, to be removed")


def _print_proof(scanned: "Sequence[Scanned]") -> int:
    """Print what was searched and found; return the exit code."""
    for each in scanned:
        click.echo(f"searched {each.n_things} {each.things} of {each.part}: {each.n_found}")
        for place in each.places[:_MOST_PLACES]:
            click.echo(f"  found in {place}")
        if len(each.places) > _MOST_PLACES:
            click.echo(f"  and in {len(each.places) - _MOST_PLACES} more")
    n_found = sum(each.n_found for each in scanned)
    click.echo(f"{n_found} occurrences")
    if n_found:
        click.echo("Remove what the lines above name, or run the command again.")
        return 1
    return 0
