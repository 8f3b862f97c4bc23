"""Whole runs, as sequences of the other steps."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracking_pipeline.landing.pull import SOURCE as ENGINE_METRICS
from tracking_pipeline.landing.pull import Pulled
from tracking_pipeline.landing.rebuild import rebuild as rebuild_landing
from tracking_pipeline.landing.summary import IngestSummary
from tracking_pipeline.pipeline.building import Built, build
from tracking_pipeline.pipeline.clock import now_utc
from tracking_pipeline.pipeline.loading import ingest, ingest_source, pull, reconcile
from tracking_pipeline.pipeline.progress import Progress, Step
from tracking_pipeline.pipeline.publishing import analyse, owed_reports, publish, reports
from tracking_pipeline.reports.archive import ArchivedReport
from tracking_pipeline.reports.kinds import Owed
from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse.connection import writer


@dataclass(frozen=True)
class RunSummary:
    """What one whole run did."""

    ingested: IngestSummary
    built: Built
    reports: tuple[ArchivedReport, ...]


@dataclass(frozen=True)
class Collected:
    """What one collection of engine metrics did."""

    pulled: tuple[Pulled, ...]
    ingested: IngestSummary
    built: Built


def run(
    settings: Settings,
    *,
    as_of: datetime | None = None,
    full_refresh: bool = False,
    progress: Progress = print,
) -> RunSummary:
    """Ingest what is due, build, analyse, publish and write every owed report.

    What rests on nothing new is left as it is, unless it is a ``full_refresh``.
    ReportError names the reports that failed, after all others are written.
    """
    with writer(settings):
        reconcile(settings, progress=progress)
        ingested = ingest(settings, progress=progress)
        built = _brought_up_to_date(settings, full_refresh=full_refresh, progress=progress)
    moment = as_of or now_utc()
    wanted = _announced(owed_reports(settings, moment), progress)
    return RunSummary(ingested, built, tuple(reports(settings, wanted, moment)))


def _announced(wanted: Sequence[Owed], progress: Progress) -> Iterator[Owed]:
    for number, each in enumerate(wanted, start=1):
        told = f"{each.kind} {each.subject} {each.start}"
        progress(Step("writing reports", told, number, len(wanted)))
        yield each


def collect(settings: Settings, *, progress: Progress = print) -> Collected:
    """Pull and load engine metrics, then bring scores, insights and the snapshot up to date."""
    pulled = pull(settings)
    with writer(settings):
        ingested = ingest_source(settings, ENGINE_METRICS, progress=progress)
        built = _brought_up_to_date(settings, progress=progress)
    return Collected(pulled, ingested, built)


def rebuild(settings: Settings, *, progress: Progress = print) -> IngestSummary:
    """Rebuild the warehouse from the archive alone, then build, analyse and publish."""
    summary = rebuild_landing(settings, now=now_utc(), progress=progress)
    with writer(settings):
        _brought_up_to_date(settings, progress=progress)
    return summary


def _brought_up_to_date(
    settings: Settings, *, full_refresh: bool = False, progress: Progress
) -> Built:
    built = build(settings, full_refresh=full_refresh, progress=progress)
    progress("analysing and publishing")
    analyse(settings, is_forced=full_refresh)
    publish(settings, is_forced=full_refresh)
    return built
