"""What readers get: analyses, the published snapshot, reports and figures."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final

import polars as pl

from tracking_pipeline.analysis.figures import figures as figures_of
from tracking_pipeline.analysis.periods import FORMULAS
from tracking_pipeline.analysis.tables import TABLES, write_tables
from tracking_pipeline.errors import unknown
from tracking_pipeline.pipeline.building import sql_project, state_of
from tracking_pipeline.pipeline.clock import now_utc
from tracking_pipeline.pipeline.value import subject_of
from tracking_pipeline.reports.archive import ArchivedReport
from tracking_pipeline.reports.kinds import (
    KINDS,
    Kinds,
    Owed,
    check_ended,
    check_subject,
    named,
    owed,
    told,
    write_reports,
)
from tracking_pipeline.reports.period import period_of
from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.digest import digest
from tracking_pipeline.warehouse.done import is_done, note_done
from tracking_pipeline.warehouse.offered import Described, Offered, offer
from tracking_pipeline.warehouse.snapshot import FORMAT, open_snapshot, published_version
from tracking_pipeline.warehouse.snapshot import publish as publish_snapshot
from tracking_pipeline.warehouse.swap import relation_kind
from tracking_pipeline.zones import zone

_ANALYSED: Final = frozenset({"marts", "seeds"})
_ALL: Final[Mapping[str, str]] = {}
_NOUNS: Final = {"client_id": "client", "entity_id": "entity", "metric": "metric"}


def analyse(settings: Settings, *, is_forced: bool = False) -> dict[str, int]:
    """Bring the analysis tables up to date with the days that are over.

    Return the rows of each table; nothing when what they rest on is as it was. All are computed
    anew when it ``is_forced``.
    """
    today = now_utc().astimezone(zone(settings.timezone)).date()
    with writer(settings) as con:
        ground = f"{FORMULAS}/{today}/{state_of(con, settings).whole(_ANALYSED)}"
        if is_done(con, "analyse", ground) and not is_forced:
            return {}
        n_rows = write_tables(con, today, is_anew=is_forced)
        note_done(con, "analyse", ground)
        return n_rows


def publish(settings: Settings, *, is_forced: bool = False) -> str | None:
    """Publish the marts for readers and return the snapshot's version.

    None when nothing is new, unless ``is_forced``.
    """
    with writer(settings) as con:
        there = [name for name in TABLES if relation_kind(con, "analysis", name)]
        analysed = [str(digest(con, f"analysis.{name}")) for name in there]
        rows = "/".join([FORMAT, state_of(con, settings).whole(_ANALYSED), *analysed])
        if is_done(con, "publish", f"{published_version(settings)}/{rows}") and not is_forced:
            return None
        version = publish_snapshot(settings, con)
        note_done(con, "publish", f"{published_version(settings)}/{rows}")
        return version


def offer_tables(settings: Settings) -> Offered:
    """Write the published tables as Parquet and as one DuckDB file, for other tools."""
    nodes = sql_project().nodes.values()
    models = {
        (node.schema, node.name): Described(
            node.description, {name: column.description for name, column in node.columns.items()}
        )
        for node in nodes
    }
    computed = {("analysis", name): Described(text, {}) for name, text in TABLES.items()}
    return offer(settings, models | computed)


def owed_reports(settings: Settings, as_of: datetime, kinds: Kinds = KINDS) -> list[Owed]:
    """Return each report of these kinds that is owed at ``as_of``, oldest period first."""
    with open_snapshot(settings) as con:
        return owed(settings, con, as_of, kinds)


def reports_of(settings: Settings, kind: str, subject: str | None, day: date) -> list[Owed]:
    """Return the kind's reports of the period that holds ``day``: of one subject, or of all."""
    with open_snapshot(settings) as con:
        return told(settings, con, kind, subject, day)


def expect_ended(settings: Settings, kind: str, day: date, as_of: datetime) -> None:
    """Raise ReportError when the kind's period of ``day`` still runs at ``as_of``."""
    check_ended(period_of(day, settings.timezone, named(kind).rhythm), as_of)


def known_subject(settings: Settings, kind: str | None, name: str) -> str:
    """Return the subject of this name or e-mail address; SettingsError when there is none."""
    subject = subject_of(settings, name)
    with open_snapshot(settings) as con:
        check_subject(con, kind, subject, name)
    return subject


def reports(
    settings: Settings, wanted: Iterable[Owed], as_of: datetime
) -> Iterator[ArchivedReport]:
    """Write each report in every edition and format; ReportError names what failed after all."""
    with open_snapshot(settings) as con:
        yield from write_reports(settings, con, wanted, as_of)


def figures(  # noqa: PLR0913 - a window has two ends and a zone
    settings: Settings,
    *,
    system: str,
    start: datetime,
    end: datetime,
    zone: str,
    chosen: Mapping[str, str] = _ALL,
) -> pl.DataFrame:
    """Return the figures of ``system`` over [start, end), the bounds read in ``zone``.

    ``chosen`` names the client_id, entity_id or metric wanted; SettingsError when there is no such.
    """
    with open_snapshot(settings) as con:
        found = figures_of(con, sql_project(), system=system, start=start, end=end, zone=zone)
    for column, wanted in chosen.items():
        known = found[column].unique()
        if wanted not in known:
            raise unknown(wanted, f"{_NOUNS[column]} of {system}", known)
    return found.filter(**chosen)
