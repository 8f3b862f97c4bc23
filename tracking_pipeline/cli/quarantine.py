"""Commands about records that were refused."""

import sys
from pathlib import Path

import click

from tracking_pipeline.cli.printing import print_fates, print_frame
from tracking_pipeline.settings import Settings


@click.group()
def quarantine() -> None:
    """List, show and replay records that were refused."""


@quarantine.command("list")
@click.option(
    "--all", "with_replayed", is_flag=True, help="Also those that were replayed or superseded."
)
@click.pass_obj
def list_(settings: Settings, *, with_replayed: bool) -> None:
    """List the records in quarantine with place and reason."""
    from tracking_pipeline.pipeline import loading

    print_frame(loading.quarantined(settings, with_replayed=with_replayed))


@quarantine.command()
@click.argument("quarantine_id")
@click.pass_obj
def show(settings: Settings, quarantine_id: str) -> None:
    """Write the refused bytes as they arrived to standard output."""
    from tracking_pipeline.pipeline import loading

    sys.stdout.buffer.write(loading.quarantined_bytes(settings, quarantine_id))


@quarantine.command()
@click.argument("quarantine_ids", nargs=-1, required=True)
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

    print_fates(loading.replay(settings, quarantine_ids, fixed))
