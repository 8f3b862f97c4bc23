"""Commands that ask: figures of any window, reports of any period."""

import json
from datetime import datetime
from typing import TYPE_CHECKING

import click

from tracking_pipeline.cli.moments import Moment, in_utc
from tracking_pipeline.cli.printing import print_reports, print_table
from tracking_pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    import polars as pl

_WHERE_SEVERAL = ("client_id", "entity_type")
_SHOWN = ("entity_id", "metric", "value", "unit", "n", "coverage", "status")


@click.command()
@click.option("--system", required=True, help="A system of the catalogue, e.g. production_logs.")
@click.option("--from", "start", required=True, type=Moment(), help="First instant.")
@click.option("--to", "end", required=True, type=Moment(), help="Instant after the last.")
@click.option("--timezone", "zone", help="Zone of instants and days; default: reporting zone.")
@click.option("--client", "client_id", help="Only this client.")
@click.option("--entity", "entity_id", help="Only this entity, e.g. the engine N.")
@click.option("--metric", help="Only this metric.")
@click.option("--all", "with_empty", is_flag=True, help="Also the figures without a value.")
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
    with_empty: bool,
    as_json: bool,
    **chosen: str | None,
) -> None:
    """Print the figures of a system over the window [FROM, TO)."""
    from tracking_pipeline.pipeline import publishing

    found = publishing.figures(
        settings,
        system=system,
        start=start,
        end=end,
        zone=zone or settings.timezone,
        chosen={name: value for name, value in chosen.items() if value is not None},
    )
    frame = found if with_empty else found.filter(found["value"].is_not_null())
    if as_json:
        click.echo(json.dumps(frame.to_dicts(), indent=1, ensure_ascii=False))
    elif frame.height:
        _print_figures(frame)
    n_left_out = found.height - frame.height
    if n_left_out:
        click.echo(f"{n_left_out} figures have no value here: --all names them", err=True)


def _print_figures(frame: "pl.DataFrame") -> None:
    """Print figures; their client and what kind of thing they tell of where there are several."""
    telling = [name for name in _WHERE_SEVERAL if frame[name].n_unique() > 1]
    names = (*telling, *_SHOWN)
    rows = ({**row, **_readable(row)} for row in frame.iter_rows(named=True))
    heads = [name.removesuffix("_id") for name in names]
    print_table(heads, ([row[name] for name in names] for row in rows))


def _readable(row: "Mapping[str, Any]") -> dict[str, str]:
    """Return a figure's value to four decimals, its coverage in percent and what is to note."""
    value, coverage = row["value"], row["coverage"]
    return {
        "value": "-" if value is None else f"{value:,.4f}".rstrip("0").rstrip("."),
        "coverage": "" if coverage is None else f"{coverage:.0%}",
        "status": "" if row["status"] == "ok" else row["status"].replace("_", " "),
    }


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
    from tracking_pipeline.pipeline import clock, publishing
    from tracking_pipeline.reports.kinds import KINDS, named

    moment = in_utc(as_of) if as_of else clock.now_utc()
    if day:
        kind = kind or "weekly"
        publishing.expect_ended(settings, kind, day.date(), moment)
    kinds = {kind: named(kind)} if kind else KINDS
    called, subject = subject, subject and publishing.known_subject(settings, kind, subject)
    if day and kind:
        wanted = publishing.reports_of(settings, kind, subject, day.date())
    else:
        owed = publishing.owed_reports(settings, moment, kinds)
        wanted = [each for each in owed if subject in (None, each.subject)]
    n_written = print_reports(publishing.reports(settings, wanted, moment))
    if not n_written:
        click.echo(_nothing_said(kind, called, day) if day and kind else "No report is owed.")


def _nothing_said(kind: str, subject: str | None, day: datetime) -> str:
    from tracking_pipeline.reports.kinds import KINDS

    told = KINDS[kind]
    why = "no proof point clears its line" if told.is_conditional else "nothing is known of it"
    whose = f" of {subject}" if subject else ""
    return f"No {told.label.lower()}{whose} for the {told.rhythm} of {day:%Y-%m-%d}: {why}"
