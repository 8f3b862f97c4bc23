"""The command line: ``tracking``. Commands import what they need, so that help stays instant."""

import json
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from tracking_pipeline.errors import TrackingError
from tracking_pipeline.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import polars as pl

    from tracking_pipeline.landing.summary import IngestSummary
    from tracking_pipeline.reports.archive import ArchivedReport

SOURCE = "engine_logs"
_MOST_REFUSALS = 5
_PIPED_WIDTH = 1000  # a pipe has no width to cut tables to


class _Commands(click.Group):
    """Prints our own errors as one sentence, without a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except TrackingError as error:
            raise click.ClickException(str(error)) from error


class _Moment(click.ParamType[datetime]):
    """An ISO 8601 date or instant; without an offset it is read in the zone of the command."""

    name = "instant"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            return datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no ISO date or instant such as 2025-07-06T09:00", param, ctx)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tracking-pipeline")
@click.pass_context
def main(context: click.Context) -> None:
    """Collect what AI engines leave behind; report figures that can be trusted and traced.

    State lives under TRACKING_HOME (default .tracking), input under TRACKING_LANDING.
    """
    context.obj = load_settings()


@main.command()
@click.option(
    "--sample", is_flag=True, help="First land the real logs and probes that ship with the product."
)
@click.option("--demo", is_flag=True, help="First land a simulated company; wants a new home.")
@click.pass_obj
def run(settings: Settings, *, sample: bool, demo: bool) -> None:
    """Ingest what has landed, build and test every table, write the owed reports."""
    from tracking_pipeline import pipeline
    from tracking_pipeline.reports.archive import archived_reports

    started = time.monotonic()
    if demo:
        pipeline.deliver_demo(settings, "on_time")
    if sample:
        for source, paths in pipeline.REAL_INPUTS.items():
            pipeline.deliver(settings, paths, source)
    _run(settings)
    if demo:
        pipeline.deliver_demo(settings, "late")
        _run(settings)
    click.echo(f"Done in {time.monotonic() - started:.1f} s.")
    told = _told(archived_reports(settings))
    if told:
        click.echo(str(told.folder / told.first_page.name))
    else:
        click.echo(f"No report yet. Drop files below {settings.landing_dir / SOURCE}")


@main.command()
@click.pass_obj
def up(settings: Settings) -> None:
    """Start Dagster (UI, schedules, sensors) and the report shelf; Ctrl-C stops both."""
    from tracking_pipeline.up import up as start

    sys.exit(start(settings))


@main.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--source", default=SOURCE, show_default=True, help="What kind of files they are.")
@click.pass_obj
def ingest(settings: Settings, paths: tuple[Path, ...], source: str) -> None:
    """Deliver files or folders to the landing folder and load them, exactly once."""
    from tracking_pipeline import pipeline

    pipeline.deliver(settings, paths, source)
    pipeline.let_settle(settings)
    summary = pipeline.ingest(settings, progress=_progress)
    _print_fates(summary)
    _print_refusals(settings, summary)
    click.echo("Now `tracking run` brings tables, figures and reports up to date.")


@main.command()
@click.pass_obj
def collect(settings: Settings) -> None:
    """Ask the HTTP endpoints for engine metrics; bring scores, insights and pages up to date."""
    from tracking_pipeline import pipeline

    collected = pipeline.collect(settings, progress=_progress)
    _print_fates(collected.ingested)
    for pulled in collected.pulled:
        click.echo(pulled.sentence())
    if not collected.pulled:
        click.echo("No endpoint is named in TRACKING_ENGINE_ENDPOINTS.")
    sys.exit(any(pulled.error for pulled in collected.pulled))


@main.command()
@click.pass_obj
def validate(settings: Settings) -> None:
    """Check what must hold on the landed tables."""
    from tracking_pipeline import pipeline

    results = pipeline.validate_all(settings)
    failed = [(table, result) for table, result in results if not result.passed]
    for table, result in failed:
        click.echo(f"{result.severity}: {table}: {result.name}: {result.n_unexpected} rows")
    click.echo(f"{len(results) - len(failed)} of {len(results)} checks hold")
    sys.exit(any(result.severity == "blocking" for _, result in failed))


@main.command()
@click.option("--system", required=True, help="A system of the catalogue, e.g. production_logs.")
@click.option("--from", "start", required=True, type=_Moment(), help="First instant.")
@click.option("--to", "end", required=True, type=_Moment(), help="Instant after the last.")
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
    from tracking_pipeline import pipeline

    found = pipeline.figures(
        settings, system=system, start=start, end=end, zone=zone or settings.timezone
    )
    frame = found.filter(**{name: value for name, value in chosen.items() if value is not None})
    if as_json:
        click.echo(json.dumps(frame.to_dicts(), indent=1, ensure_ascii=False))
    else:
        _print_frame(frame)


@main.command()
@click.option("--kind", help="Only this kind of report; default: all, of one period `weekly`.")
@click.option("--subject", "--system", "subject", help="Only this system or client; default: all.")
@click.option(
    "--period",
    "--week",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="A day of the week or month to report on; default: what is owed.",
)
@click.option("--as-of", type=_Moment(), help="Speak for this instant; default: now.")
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
    from tracking_pipeline import pipeline

    moment = _in_utc(as_of) if as_of else pipeline.now_utc()
    if day:
        kind = kind or "weekly"
        wanted = pipeline.reports_of(settings, kind, subject, day.date())
    else:
        owed = pipeline.owed_reports(settings, moment)
        wanted = [o for o in owed if kind in (None, o.kind) and subject in (None, o.subject)]
    n_written = _print_reports(pipeline.reports(settings, wanted, moment))
    if day and kind and not n_written:
        click.echo(_nothing_said(kind, subject, day))


@main.group()
def quarantine() -> None:
    """List, show and replay records that were refused."""


@quarantine.command("list")
@click.option("--all", "with_replayed", is_flag=True, help="Also those that have been replayed.")
@click.pass_obj
def list_(settings: Settings, *, with_replayed: bool) -> None:
    """List the records in quarantine with place and reason."""
    from tracking_pipeline import pipeline

    _print_frame(pipeline.quarantined(settings, with_replayed=with_replayed))


@quarantine.command()
@click.argument("quarantine_id")
@click.pass_obj
def show(settings: Settings, quarantine_id: str) -> None:
    """Write the refused bytes as they arrived to standard output."""
    from tracking_pipeline import pipeline

    sys.stdout.buffer.write(pipeline.quarantined_bytes(settings, quarantine_id))


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
    from tracking_pipeline import pipeline

    _print_fates(pipeline.replay(settings, quarantine_ids, fixed))


@main.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Say what is wrong here, and the fix."""
    from tracking_pipeline.doctor import examine

    findings = list(examine(settings))
    table = Table("", "what", "finding", "fix", box=None)
    for finding in findings:
        mark = "[green]ok[/]" if finding.is_well else "[red]wrong[/]"
        table.add_row(mark, finding.subject, finding.state, "" if finding.is_well else finding.fix)
    Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH).print(table)
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)


@main.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Rebuild the warehouse from the archive."""
    from tracking_pipeline import pipeline

    _print_fates(pipeline.rebuild(settings, progress=_progress))


def _run(settings: Settings) -> None:
    from tracking_pipeline import pipeline

    pipeline.let_settle(settings)
    summary = pipeline.run(settings, progress=_progress)
    _print_fates(summary.ingested)
    _print_refusals(settings, summary.ingested)
    _print_reports(summary.reports)


def _told(reports: "Sequence[ArchivedReport]") -> "ArchivedReport | None":
    """Return the fullest of each system's newest weekly reports; ``reports`` are newest first."""
    newest: dict[str, ArchivedReport] = {}
    for archived in reports:
        if archived.kind == "weekly" and not archived.is_silent:
            newest.setdefault(archived.subject, archived)
    fullest = max(newest.values(), key=_size, default=None)
    return fullest or next(iter(reports), None)


def _size(archived: "ArchivedReport") -> int:
    return sum(file.size_bytes for file in archived.files)


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _progress(message: str) -> None:
    """Show what is being done: on one line of a terminal, or a line each in a log."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        click.echo(f"\r{message[:width]:<{width}}", err=True, nl=False)
    else:
        click.echo(message, err=True)


def _print_fates(summary: "IngestSummary") -> None:
    if sys.stderr.isatty():
        click.echo("\r", err=True, nl=False)
    click.echo(summary.sentence())


def _print_refusals(settings: Settings, summary: "IngestSummary") -> None:
    """Print the newest few reasons, and where the rest stand."""
    from tracking_pipeline import pipeline

    if not summary.n_quarantined:
        return
    newest = pipeline.quarantined(settings).sort("quarantined_at", "line_number", descending=True)
    told = newest.head(min(summary.n_quarantined, _MOST_REFUSALS))
    for row in told.iter_rows(named=True):
        click.echo(f"  refused: {row['source']}/{row['relative_path']}: {row['reason']}")
    click.echo("  `tracking quarantine list` shows every refused record.")


def _print_reports(reports: "Iterable[ArchivedReport]") -> int:
    """Print each report as it is written; return how many."""
    n_written = 0
    for n_written, archived in enumerate(reports, 1):  # noqa: B007 - the count is the answer
        start = archived.period.start
        click.echo(f"{start}  r{archived.revision}  {archived.mark:8}{archived.folder}")
    return n_written


def _nothing_said(kind: str, subject: str | None, day: datetime) -> str:
    from tracking_pipeline.reports.kinds import KINDS

    told = KINDS[kind]
    why = "no proof point clears its line" if told.is_conditional else "nothing is known of it"
    whose = f" of {subject}" if subject else ""
    return f"no {told.label.lower()}{whose} for the {told.rhythm} of {day:%Y-%m-%d}: {why}"


def _print_frame(frame: "pl.DataFrame") -> None:
    table = Table(*frame.columns, box=None)
    for row in frame.iter_rows():
        table.add_row(*("" if value is None else str(value) for value in row))
    Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH).print(table)
