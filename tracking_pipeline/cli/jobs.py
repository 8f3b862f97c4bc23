"""Commands that do the work: deliver, load, build, report, check."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from tracking_pipeline.cli.printing import (
    inert,
    print_built,
    print_fates,
    print_refusals,
    print_reports,
    print_rows,
    print_table,
    print_written,
)
from tracking_pipeline.cli.progress import progress
from tracking_pipeline.listing import counted, listed
from tracking_pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracking_pipeline.reports.archive import ArchivedReport


@click.command()
@click.option(
    "--sample", is_flag=True, help="First land the logs, probes and telemetry that ship with this."
)
@click.option("--demo", is_flag=True, help="First land a simulated company; wants a new home.")
@click.option("--full-refresh", is_flag=True, help="Build every table anew, changed or not.")
@click.option("--verbose", is_flag=True, help="Name every table and report.")
@click.pass_obj
def run(settings: Settings, *, sample: bool, demo: bool, full_refresh: bool, verbose: bool) -> None:
    """Ingest what has landed, bring every table up to date with its tests, write the owed reports.

    A table that rests on nothing new is neither built nor tested.
    """
    from tracking_pipeline.pipeline import inputs, loading
    from tracking_pipeline.reports.archive import archived_reports

    started = time.monotonic()
    if demo:
        inputs.deliver_demo(settings, "on_time")
    if sample:
        for source, paths in inputs.REAL_INPUTS.items():
            inputs.deliver(settings, paths, source)
    written = _run(settings, is_refresh=full_refresh, is_verbose=verbose)
    if demo:
        inputs.deliver_demo(settings, "late")
        written |= _run(settings, is_refresh=False, is_verbose=verbose)
    click.echo(f"Done in {time.monotonic() - started:.1f} s.")
    if sample or demo:
        click.echo(_own_data(settings))
    archived = archived_reports(settings)
    told = _told([each for each in archived if each.folder in written] or archived)
    if told:
        click.echo(str(told.folder / told.first_page.name))
    else:
        click.echo(_why_no_report(settings))
    sys.exit(bool(loading.failing(settings)))


@click.command()
@click.pass_obj
def up(settings: Settings) -> None:
    """Start Dagster (UI, schedules, sensors) and the report shelf; Ctrl-C stops both."""
    from tracking_pipeline.up import up as start

    sys.exit(start(settings))


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--source",
    type=click.Choice(("engine_logs", "engine_metrics", "telemetry", "uptime")),
    help="What kind of files they are; default: what their content says.",
)
@click.pass_obj
def ingest(settings: Settings, paths: tuple[Path, ...], source: str | None) -> None:
    """Deliver files or folders to the landing folder and load them, exactly once."""
    from tracking_pipeline.pipeline import inputs, loading

    if source:
        inputs.expect_fitting(settings, paths, source)
    delivered = inputs.deliver(settings, paths, source)
    for name, n_files in sorted(delivered.n_files.items()):
        click.echo(f"delivered to {name}: {counted(n_files, 'file')}")
    if delivered.n_already:
        click.echo(f"already delivered: {counted(delivered.n_already, 'file')}")
    if delivered.left_out:
        unread = [str(each) for each in delivered.left_out]
        click.echo(f"Left out, for it is never read: {listed(unread)}")
    loading.let_settle(settings)
    with progress() as tell:
        summary = loading.ingest(settings, complete=delivered.places, progress=tell)
    print_fates(summary)
    print_refusals(summary)
    click.echo("Now `tracking run` brings tables, figures and reports up to date.")
    sys.exit(bool(summary.failures))


@click.command()
@click.pass_obj
def collect(settings: Settings) -> None:
    """Ask the HTTP endpoints for engine metrics; bring scores, insights and pages up to date."""
    from tracking_pipeline.pipeline import runs

    with progress() as tell:
        collected = runs.collect(settings, progress=tell)
    print_fates(collected.ingested)
    for pulled in collected.pulled:
        click.echo(pulled.sentence())
    if not collected.pulled:
        click.echo("No endpoint is named in TRACKING_ENGINE_ENDPOINTS.")
    sys.exit(any(pulled.error for pulled in collected.pulled))


@click.command()
@click.argument("table", required=False)
@click.pass_obj
def validate(settings: Settings, table: str | None) -> None:
    """Check what must hold on the landed tables; of one TABLE, show the rows against it, too.

    TABLE is a landed table (landing.NAME), a model or a seed. A model or seed is built aside,
    tested and thrown away.
    """
    from tracking_pipeline.pipeline import validating

    results = validating.checked(settings, table)
    against = [each for each in results if each.n_against]
    for each in against:
        severity = "blocking" if each.is_blocking else "warning"
        rows = counted(each.n_against, "row")
        click.echo(inert(f"{severity}: {each.table}: {each.name} ({each.rule}): {rows}"))
        if table:
            print_rows(each.rows, each.n_against)
        else:
            first = ", ".join(f"{name} {value}" for name, value in each.rows[0].items())
            click.echo(inert(f"  first {first}; `tracking validate {each.table}` shows all"))
    click.echo(f"{len(results) - len(against)} of {len(results)} checks hold")
    sys.exit(any(each.is_blocking for each in against))


@click.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Say what is wrong here, and the fix."""
    from tracking_pipeline.doctor import examine

    findings = list(examine(settings))
    marks = {True: Text("ok", "green"), False: Text("wrong", "red")}
    print_table(
        ["", "what", "finding", "fix"],
        [
            (marks[each.is_well], each.subject, each.state, "" if each.is_well else each.fix)
            for each in findings
        ],
    )
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)


@click.command()
@click.pass_obj
def rebuild(settings: Settings) -> None:
    """Rebuild the warehouse from the archive."""
    from tracking_pipeline.pipeline import runs

    with progress() as tell:
        summary = runs.rebuild(settings, progress=tell)
    print_fates(summary)


def _run(settings: Settings, *, is_refresh: bool, is_verbose: bool) -> set[Path]:
    """Do the main job and say what came of it; return the folders of the reports written."""
    from tracking_pipeline.pipeline import loading, runs

    loading.let_settle(settings)
    with progress(is_verbose=is_verbose) as tell:
        summary = runs.run(settings, full_refresh=is_refresh, progress=tell)
    print_fates(summary.ingested)
    print_refusals(summary.ingested)
    print_built(summary.built)
    if is_verbose:
        print_reports(summary.reports)
    else:
        print_written(summary.reports)
    return {report.folder for report in summary.reports}


def _own_data(settings: Settings) -> str:
    """Return how to go on after the shipped inputs."""
    return (
        f"{settings.home_dir} holds shipped inputs. Your own go to another home (.tracking, "
        "or TRACKING_HOME): `.venv/bin/tracking ingest PATH…`, then `.venv/bin/tracking run`."
    )


def _why_no_report(settings: Settings) -> str:
    """Return why nothing has been reported yet, and what to do."""
    from tracking_pipeline.pipeline import loading

    if loading.has_records(settings):
        return "No report yet: one is owed when a week or month that has records is over."
    return (
        "No report yet: no record has been loaded. Deliver files with `tracking ingest PATH…`, "
        f"or drop them into a source's folder below {settings.landing_dir}"
    )


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
