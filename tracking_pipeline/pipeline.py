"""Composes the jobs (ingest, build, validate, analyse, publish, report); knows no Dagster."""

import filecmp
import hashlib
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from zoneinfo import ZoneInfo

import duckdb
import polars as pl

from tracking_pipeline.analysis.figures import figures as figures_of
from tracking_pipeline.analysis.tables import write_tables
from tracking_pipeline.errors import BuildError, LandingError
from tracking_pipeline.landing import ledger, quarantine
from tracking_pipeline.landing.ingest import ingest as ingest_deliveries
from tracking_pipeline.landing.ingest import reconcile as reconcile_archive
from tracking_pipeline.landing.pull import SOURCE as ENGINE_METRICS
from tracking_pipeline.landing.pull import Pulled
from tracking_pipeline.landing.pull import pull as pull_pages
from tracking_pipeline.landing.rebuild import rebuild as rebuild_landing
from tracking_pipeline.landing.summary import IngestSummary
from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.quality.suites import SUITES
from tracking_pipeline.quality.validate import ExpectationResult
from tracking_pipeline.quality.validate import validate as validate_suite
from tracking_pipeline.reports.archive import ArchivedReport
from tracking_pipeline.reports.kinds import KINDS, Kinds, Owed, owed, told, write_reports
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.privacy import masked
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.state.store import open_store
from tracking_pipeline.transform.build import NodeResult
from tracking_pipeline.transform.build import build as build_models
from tracking_pipeline.transform.build import build_node as build_model
from tracking_pipeline.transform.project import Project, load_project
from tracking_pipeline.transform.selection import changed_by
from tracking_pipeline.transform.types import column_types as types_of
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.snapshot import open_snapshot
from tracking_pipeline.warehouse.snapshot import publish as publish_snapshot

SQL_PROJECT = Path(__file__).parents[1] / "dbt_like_sql"
SHIPPED_LOGS = Path(__file__).parent / "demo" / "engine_logs"
_REAL_LOGS = ("production_logs", "brain_trace_logs", "database_logs")
REAL_INPUTS = {
    "engine_logs": [SHIPPED_LOGS / name for name in _REAL_LOGS],
    "uptime": [SHIPPED_LOGS.parent / "uptime"],
}

Progress = Callable[[str], None]

# What every delivery of any source writes.
_BOOKS = {"manifest", "quarantine", "findings", "current_files"}


@dataclass(frozen=True)
class RunSummary:
    """What one whole run did."""

    ingested: IngestSummary
    built: tuple[NodeResult, ...]
    reports: tuple[ArchivedReport, ...]


@dataclass(frozen=True)
class Collected:
    """What one collection of engine metrics did."""

    pulled: tuple[Pulled, ...]
    ingested: IngestSummary
    built: tuple[NodeResult, ...]


@cache
def sql_project() -> Project:
    """Return the SQL project beside the package, parsed once a process."""
    return load_project(SQL_PROJECT)


@cache
def column_types() -> dict[str, dict[str, str]]:
    """Return every relation's column types, by ``schema.table``: seconds, so once a process."""
    with duckdb.connect() as con:
        create_tables(con)
        return types_of(con, sql_project())


def variables(settings: Settings) -> dict[str, object]:
    """Return what the SQL project is told of the settings."""
    today = now_utc().astimezone(ZoneInfo(settings.timezone)).date()
    return {
        "scored_provenances": ["measured", "simulated"] if settings.is_demo else ["measured"],
        "reporting_timezone": settings.timezone,
        "client_id": settings.client_id,
        "as_of": today.isoformat(),
    }


def now_utc() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def deliver(settings: Settings, paths: Sequence[Path], source: str) -> None:
    """Copy files and folders into the landing folder of ``source`` as if dropped there.

    A file that is state (`Default.is_rewritten`) replaces its older version. No other file does:
    where its name is taken by other bytes, it gets a folder of its own. A single file goes to the
    place that its source has for files of its name.
    """
    if source not in SOURCES:
        known = ", ".join(sorted(SOURCES))
        raise LandingError(source, "is no source", f"The sources are: {known}")
    for path in paths:
        if path.is_dir():
            inside = [file for file in sorted(path.rglob("*")) if file.is_file()]
            for file in inside:
                _place(settings, source, file, path.resolve().name / file.relative_to(path))
        elif path.is_file():
            _place(settings, source, path, Path(SOURCES[source].place(path.name)))
        else:
            raise LandingError(str(path), "is neither a file nor a folder", "Check the path")


def deliver_demo(settings: Settings, part: Literal["on_time", "late"]) -> None:
    """Deliver a part of the demo company's files to a home that is, or now becomes, a demo."""
    # A second of imports, for demos alone.
    from tracking_pipeline.demo.company.files import write_company  # noqa: PLC0415
    from tracking_pipeline.demo.home import mark_as_demo  # noqa: PLC0415

    company = mark_as_demo(settings, now_utc())
    with TemporaryDirectory() as folder:
        write_company(company, Path(folder))
        for source in sorted(Path(folder, part).iterdir()):
            deliver(settings, sorted(source.iterdir()), source.name)


def _place(settings: Settings, source: str, file: Path, place: Path) -> None:
    room = settings.landing_dir / source
    is_there = (room / place).exists()
    if is_there and filecmp.cmp(file, room / place, shallow=False):
        return
    if is_there and not SOURCES[source].is_rewritten(place.as_posix()):
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        place = place.parent / digest[:16] / place.name
        if (room / place).exists():
            return
    target = room / place
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.part")
    shutil.copy2(file, partial)
    partial.replace(target)


def scan(settings: Settings) -> list[ledger.Delivery]:
    """Return the landed files that are whole and not loaded, in order of arrival."""
    with open_store(settings) as store:
        return ledger.scan(settings, store, now_utc())


def let_settle(settings: Settings) -> None:
    """Note what lies in the landing folder and wait until what is whole is due."""
    scan(settings)
    time.sleep(settings.stable_seconds)


def ingest(
    settings: Settings,
    delivery_ids: Collection[int] | None = None,
    *,
    progress: Progress = print,
) -> IngestSummary:
    """Load deliveries by ledger id, or all that are due when None, and count the records' fates."""
    with open_store(settings) as store, writer(settings) as con:
        if delivery_ids is None:
            due = ledger.scan(settings, store, now_utc())
        else:
            due = ledger.find(store, delivery_ids)
        return ingest_deliveries(settings, con, due, now=now_utc(), progress=progress)


def pull(settings: Settings) -> tuple[Pulled, ...]:
    """Ask the HTTP endpoints for engine metrics, and land their pages."""
    return pull_pages(settings, now=now_utc())


def ingest_source(settings: Settings, source: str, *, progress: Progress = print) -> IngestSummary:
    """Load what is due of one source: the others wait for their own run."""
    due = [delivery.delivery_id for delivery in scan(settings) if delivery.source == source]
    return ingest(settings, due, progress=progress)


def reconcile(settings: Settings, *, progress: Progress = print) -> IngestSummary:
    """Load what the archive holds and the warehouse does not; for when the product starts."""
    with writer(settings) as con:
        return reconcile_archive(settings, con, now=now_utc(), progress=progress)


def build(
    settings: Settings,
    select: Collection[str] = (),
    *,
    full_refresh: bool = False,
    progress: Progress = print,
) -> tuple[NodeResult, ...]:
    """Build and test the SQL models in order; BuildError names what failed after all were tried."""
    results = []
    with writer(settings) as con:
        create_tables(con)
        for result in build_models(
            con,
            sql_project(),
            select=select,
            variables=variables(settings),
            full_refresh=full_refresh,
        ):
            progress(f"{result.status} {result.schema}.{result.name}")
            results.append(result)
    expect_built(results)
    return tuple(results)


def build_after(settings: Settings, source: str) -> Iterator[NodeResult]:
    """Build what deliveries of ``source`` change, and what is outdated; yield each node's result.

    What other sources alone decide is left as it is: their own deliveries bring it up to date.
    """
    project = sql_project()
    tables = {kind.table for kind in SOURCES[source].kinds} | _BOOKS
    with writer(settings) as con:
        create_tables(con)
        values = variables(settings)
        changed = changed_by(con, project, tables, values)
        yield from build_models(con, project, select=changed, variables=values)


def expect_built(results: Iterable[NodeResult]) -> None:
    """Raise BuildError that names each node that failed."""
    failed = [result for result in results if result.status == "failed"]
    if failed:
        raise BuildError(
            ", ".join(f"{result.schema}.{result.name}" for result in failed),
            "; ".join(masked(str(result.error)) for result in failed),
            "The last good tables still stand; correct the model or its data and build again",
        )


def build_node(settings: Settings, name: str) -> NodeResult:
    """Build and test one SQL model or seed."""
    with writer(settings) as con:
        create_tables(con)
        return build_model(con, sql_project(), name, variables=variables(settings))


def validate(settings: Settings, table: str) -> list[ExpectationResult]:
    """Check what must hold on the landed table ``table``."""
    with writer(settings) as con:
        create_tables(con)
        return validate_suite(con, SUITES[table])


def validate_all(settings: Settings) -> list[tuple[str, ExpectationResult]]:
    """Check every landed table; one (table, result) an expectation."""
    with writer(settings) as con:
        create_tables(con)
        return [
            (table, result)
            for table, suite in SUITES.items()
            for result in validate_suite(con, suite)
        ]


def row_counts(settings: Settings, schema: str) -> dict[str, int]:
    """Return the rows of each table of ``schema``."""
    with writer(settings) as con:
        create_tables(con)
        rows = con.execute(
            "select table_name from information_schema.tables "
            "where table_schema = ? and table_type = 'BASE TABLE' order by 1",
            [schema],
        ).fetchall()
        return {name: con.table(f"{schema}.{name}").shape[0] for (name,) in rows}


def analyse(settings: Settings) -> dict[str, int]:
    """Bring the analysis tables up to date with the days that are over; return their rows."""
    today = now_utc().astimezone(ZoneInfo(settings.timezone)).date()
    with writer(settings) as con:
        return write_tables(con, today)


def publish(settings: Settings) -> str:
    """Publish the marts for readers and return the snapshot's version."""
    with writer(settings) as con:
        return publish_snapshot(settings, con)


def owed_reports(settings: Settings, as_of: datetime, kinds: Kinds = KINDS) -> list[Owed]:
    """Return each report of these kinds that is owed at ``as_of``, oldest period first."""
    with closing(open_snapshot(settings)) as con:
        return owed(settings, con, as_of, kinds)


def reports_of(settings: Settings, kind: str, subject: str | None, day: date) -> list[Owed]:
    """Return the kind's reports of the period that holds ``day``: of one subject, or of all."""
    with closing(open_snapshot(settings)) as con:
        return told(settings, con, kind, subject, day)


def reports(
    settings: Settings, wanted: Iterable[Owed], as_of: datetime
) -> Iterator[ArchivedReport]:
    """Write each report in every edition and format; ReportError names what failed after all."""
    with closing(open_snapshot(settings)) as con:
        yield from write_reports(settings, con, wanted, as_of)


def figures(
    settings: Settings, *, system: str, start: datetime, end: datetime, zone: str
) -> pl.DataFrame:
    """Return the figures of ``system`` over [start, end), the bounds read in ``zone``."""
    with closing(open_snapshot(settings)) as con:
        return figures_of(con, sql_project(), system=system, start=start, end=end, zone=zone)


def quarantined(settings: Settings, *, with_replayed: bool = False) -> pl.DataFrame:
    """Return the refused records, one a row, without their bytes."""
    with writer(settings) as con:
        create_tables(con)
        return quarantine.quarantined(con, with_replayed=with_replayed)


def quarantined_bytes(settings: Settings, quarantine_id: str) -> bytes:
    """Return a refused record as it arrived, whole."""
    with writer(settings) as con:
        return quarantine.show(settings, con, quarantine_id)


def replay(settings: Settings, quarantine_ids: Sequence[str], fixed: Path | None) -> IngestSummary:
    """Read refused records again, corrected by the file ``fixed`` or by today's rules."""
    with writer(settings) as con:
        return quarantine.replay(settings, con, quarantine_ids, fixed, now=now_utc())


def rebuild(settings: Settings, *, progress: Progress = print) -> IngestSummary:
    """Rebuild the warehouse from the archive alone, then build, analyse and publish."""
    summary = rebuild_landing(settings, now=now_utc(), progress=progress)
    build(settings, progress=progress)
    analyse(settings)
    publish(settings)
    return summary


def run(
    settings: Settings, *, as_of: datetime | None = None, progress: Progress = print
) -> RunSummary:
    """Ingest what is due, build, analyse, publish and write every owed report.

    ReportError names the reports that failed, after all others are written.
    """
    reconcile(settings, progress=progress)
    ingested = ingest(settings, progress=progress)
    built = build(settings, progress=progress)
    analyse(settings)
    publish(settings)
    moment = as_of or now_utc()
    wanted = _announced(owed_reports(settings, moment), progress)
    return RunSummary(ingested, built, tuple(reports(settings, wanted, moment)))


def _announced(wanted: Iterable[Owed], progress: Progress) -> Iterator[Owed]:
    for each in wanted:
        progress(f"report {each.kind} {each.subject} {each.start}")
        yield each


def collect(settings: Settings, *, progress: Progress = print) -> Collected:
    """Pull and load engine metrics, then bring scores, insights and the snapshot up to date."""
    pulled = pull(settings)
    ingested = ingest_source(settings, ENGINE_METRICS, progress=progress)
    built = []
    for result in build_after(settings, ENGINE_METRICS):
        progress(f"{result.status} {result.schema}.{result.name}")
        built.append(result)
    expect_built(built)
    analyse(settings)
    publish(settings)
    return Collected(pulled, ingested, tuple(built))
