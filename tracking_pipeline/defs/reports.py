from collections.abc import Iterator
from datetime import date, datetime

import dagster as dg
from dagster._core.definitions.metadata import RawMetadataValue

from tracking_pipeline import pipeline
from tracking_pipeline.defs.analysis import SNAPSHOT
from tracking_pipeline.defs.freshness import REPORTED
from tracking_pipeline.defs.metadata import OWNERS, table
from tracking_pipeline.reports.archive import ArchivedReport
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.sources.privacy import masked

WEEKLY_REPORT = dg.AssetKey(["reports", "weekly_report"])
_FIRST_WEEK = "2025-01-05"


@dg.definitions
def reports() -> dg.Definitions:
    """Define the reports, partitioned by week."""
    return dg.Definitions(assets=[weekly_report(load_settings())])


def weeks(settings: Settings) -> dg.WeeklyPartitionsDefinition:
    """Return the weeks from Sunday to Sunday in the reporting time zone."""
    return dg.WeeklyPartitionsDefinition(
        start_date=_FIRST_WEEK, day_offset=0, timezone=settings.timezone
    )


def weekly_report(settings: Settings) -> dg.AssetsDefinition:
    """Return the report asset.

    A run of one partition writes that week anew; a run of none writes every report that is owed,
    each recorded for its own week.
    """

    @dg.asset(
        key=WEEKLY_REPORT,
        deps=[SNAPSHOT],
        partitions_def=weeks(settings),
        description="The weekly report of every system, in the executive and the technical edition "
        "as HTML, PDF, Markdown, JSON and XLSX. A partition is a week, Sunday to Sunday. Without "
        "a partition, a run writes every report that is owed.",
        group_name="reports",
        kinds={"html", "pdf", "excel"},
        owners=OWNERS,
        freshness_policy=REPORTED,
        output_required=False,
        pool="reports",  # a week has one writer of revisions
    )
    def write(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.AssetMaterialization]:
        now = pipeline.now_utc()
        failures = []
        for week_start, systems in _wanted(context, settings, now).items():
            written = []
            for system in systems:
                try:
                    written.append(pipeline.report(settings, system, week_start, now))
                except Exception as error:  # noqa: BLE001 - one report never stops the others
                    failures.append(f"{system} {week_start}: {masked(str(error))}")
            if written:
                yield _materialization(settings, week_start, written)
        if failures:
            raise dg.Failure("\n".join(failures), allow_retries=False)

    return write


def _wanted(
    context: dg.AssetExecutionContext, settings: Settings, now: datetime
) -> dict[date, list[str]]:
    """Return the systems to report by week: those of the partition, or all that are owed."""
    if context.has_partition_key:
        return {date.fromisoformat(context.partition_key): pipeline.systems(settings)}
    owed: dict[date, list[str]] = {}
    for system, week_start in pipeline.owed_weeks(settings, now):
        owed.setdefault(week_start, []).append(system)
    return dict(sorted(owed.items()))


def _materialization(
    settings: Settings, week_start: date, written: list[ArchivedReport]
) -> dg.AssetMaterialization:
    metadata: dict[str, RawMetadataValue] = {}
    for report in written:
        metadata |= _metadata(settings, report)
    return dg.AssetMaterialization(
        WEEKLY_REPORT, partition=week_start.isoformat(), metadata=metadata
    )


def _metadata(settings: Settings, report: ArchivedReport) -> dict[str, RawMetadataValue]:
    """Return the links, the data-quality mark and the files' sizes of one system's report."""
    shelf = f"http://127.0.0.1:{settings.portal_port}"
    place = f"{shelf}/reports/{report.system}/{report.period.start}/r{report.revision}"
    links = [f"[{file.edition} {file.format}]({place}/{file.name})" for file in report.files]
    sizes = [
        {"edition": file.edition, "format": file.format, "bytes": file.size_bytes}
        for file in report.files
    ]
    return {
        "report shelf": dg.MetadataValue.url(shelf),
        f"{report.system}: report": dg.MetadataValue.url(f"{place}/executive.html"),
        f"{report.system}: open": dg.MetadataValue.md(" · ".join(links)),
        f"{report.system}: folder": dg.MetadataValue.path(str(report.folder)),
        f"{report.system}: revision": report.revision,
        f"{report.system}: data quality": "; ".join([report.mark, *report.reasons]),
        f"{report.system}: files": table(sizes),
    }
