"""Commands about messages: what was sent, what was not, and sending again."""

import sys

import click

from tracking_pipeline.cli.printing import print_frame
from tracking_pipeline.settings import Settings


@click.group()
def outbox() -> None:
    """Send, list and resend the weekly summaries."""


@outbox.command()
@click.pass_obj
def send(settings: Settings) -> None:
    """Compose the summaries of the week that ended, and send what is due."""
    from tracking_pipeline.pipeline import messages

    sent = messages.send_messages(settings)
    click.echo(sent.sentence())
    if not sent.is_well:
        click.echo("`tracking outbox list` says why and when they are due again.")
    sys.exit(not sent.is_well)


@outbox.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the messages and what became of them."""
    import polars as pl

    from tracking_pipeline.pipeline import messages

    print_frame(pl.DataFrame(messages.listed_messages(settings)))


@outbox.command()
@click.argument("message_id", required=False)
@click.option("--all", "every", is_flag=True, help="All that wait, failed or are uncertain.")
@click.pass_obj
def resend(settings: Settings, message_id: str | None, *, every: bool) -> None:
    """Make a message due now that waits, failed or is uncertain (that one may arrive twice)."""
    from tracking_pipeline.pipeline import messages

    if every == bool(message_id):
        raise click.UsageError("give a message's id, or --all")
    n_due = messages.resend_messages(settings, message_id)
    click.echo(f"{n_due} due again: `tracking outbox send` sends them.")
