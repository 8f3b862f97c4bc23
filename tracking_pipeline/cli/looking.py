"""Commands that ask: figures of any window, reports of any period."""

import json
from datetime import datetime

import click

from tracking_pipeline.cli.moments import Moment, in_utc
from tracking_pipeline.cli.printing import print_frame, print_reports
from tracking_pipeline.settings import Settings


@click.command()
@click.option("--system", required=True, help="A system of the catalogue, e.g. production_logs.")
@click.option("--from", "start", required=True, type=Moment(), help="First instant.")
@click.option("--to", "end", required=True, type=Moment(), help="Instant after the last.")
@click.option("--timezone", "zone", help="Zone of instants and days; default: reporting zone.")
@click.option("--client", "client_id", help="Only this client.")
@click.option("--entity", "entity_id", help="Only this entity, e.g. the engine N.")
@click.option("--metric", help="Only this metric.")
@click.option("--json", "as_json", is_flag=True, help="Print an array of objects.")
@click.pass_obj
def figures(  # noqa: PLR0913 - one parameter an option
    settings: Settings,
    /,
    *,
    system: str,
    start: datetime,
    end: datetime,
    zone: str | None,
    as_json: bool,
    **chosen: str | None,
) -> None:
    """Print the figures of a system over the window [FROM, TO)."""
    from tracking_pipeline.pipeline import publishing

    found = publishing.figures(
        settings, system=system, start=start, end=end, zone=zone or settings.timezone
    )
    frame = found.filter(**{name: value for name, value in chosen.items() if value is not None})
    if as_json:
        click.echo(json.dumps(frame.to_dicts(), indent=1, ensure_ascii=False))
    else:
        print_frame(frame)


@click.command()
@click.pass_obj
def tables(settings: Settings) -> None:
    """Write the published tables for other tools: Parquet files and one DuckDB file."""
    from tracking_pipeline.pipeline import publishing

    offered = publishing.offer_tables(settings)
    click.echo(f"{offered.n_tables} tables in {offered.folder}")


@click.command()
@click.option("--kind", help="Only this kind of report; default: all, of one period `weekly`.")
@click.option(
    "--subject",
    "--system",
    "subject",
    help="Only this system, client or engineer (by e-mail address); default: all.",
)
@click.option(
    "--period",
    "--week",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="A day of the week or month to report on; default: what is owed.",
)
@click.option("--as-of", type=Moment(), help="Speak for this instant; default: now.")
@click.pass_obj
def report(
    settings: Settings,
    *,
    kind: str | None,
    subject: str | None,
    day: datetime | None,
    as_of: datetime | None,
) -> None:
    """Write reports: the owed ones, or those of one week or month."""
    from tracking_pipeline.pipeline import clock, publishing, value

    moment = in_utc(as_of) if as_of else clock.now_utc()
    subject = value.subject_of(settings, subject) if subject else None
    if day:
        kind = kind or "weekly"
        wanted = publishing.reports_of(settings, kind, subject, day.date())
    else:
        owed = publishing.owed_reports(settings, moment)
        wanted = [o for o in owed if kind in (None, o.kind) and subject in (None, o.subject)]
    n_written = print_reports(publishing.reports(settings, wanted, moment))
    if day and kind and not n_written:
        click.echo(_nothing_said(kind, subject, day))


def _nothing_said(kind: str, subject: str | None, day: datetime) -> str:
    from tracking_pipeline.reports.kinds import KINDS

    told = KINDS[kind]
    why = "no proof point clears its line" if told.is_conditional else "nothing is known of it"
    whose = f" of {subject}" if subject else ""
    return f"no {told.label.lower()}{whose} for the {told.rhythm} of {day:%Y-%m-%d}: {why}"
