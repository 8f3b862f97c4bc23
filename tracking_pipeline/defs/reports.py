from collections.abc import Iterator
from datetime import date, datetime

import dagster as dg
from dagster._core.definitions.metadata import RawMetadataValue

from tracking_pipeline.defs.analysis import SNAPSHOT
from tracking_pipeline.defs.freshness import REPORTED, REPORTED_MONTHLY, REPORTED_QUARTERLY
from tracking_pipeline.defs.metadata import OWNERS, table
from tracking_pipeline.errors import ReportError
from tracking_pipeline.pipeline import clock, publishing
from tracking_pipeline.reports.archive import ArchivedReport
from tracking_pipeline.reports.kinds import KINDS, Kinds, Owed
from tracking_pipeline.reports.period import Rhythm
from tracking_pipeline.settings import Settings, load_settings

WEEKLY_REPORT = dg.AssetKey(["reports", "weekly_report"])
MONTHLY_REPORT = dg.AssetKey(["reports", "monthly_report"])
QUARTERLY_REPORT = dg.AssetKey(["reports", "quarterly_report"])
_FIRST_WEEK, _FIRST_MONTH = "2025-01-05", "2025-01-01"
_FRESHNESS = {"week": REPORTED, "month": REPORTED_MONTHLY, "quarter": REPORTED_QUARTERLY}
_FORMATS = "as HTML, PDF, Markdown, JSON and XLSX, some also as YAML and PPTX"


@dg.definitions
def reports() -> dg.Definitions:
    """Define the reports, partitioned by week, by month and by quarter."""
    settings = load_settings()
    assets = [
        report_asset(WEEKLY_REPORT, "week", weeks(settings)),
        report_asset(MONTHLY_REPORT, "month", months(settings)),
        report_asset(QUARTERLY_REPORT, "quarter", quarters(settings)),
    ]
    return dg.Definitions(assets=assets)


def weeks(settings: Settings) -> dg.WeeklyPartitionsDefinition:
    """Return the weeks from Sunday to Sunday in the reporting time zone."""
    return dg.WeeklyPartitionsDefinition(
        start_date=_FIRST_WEEK, day_offset=0, timezone=settings.timezone
    )


def months(settings: Settings) -> dg.MonthlyPartitionsDefinition:
    """Return the calendar months in the reporting time zone."""
    return dg.MonthlyPartitionsDefinition(start_date=_FIRST_MONTH, timezone=settings.timezone)


def quarters(settings: Settings) -> dg.TimeWindowPartitionsDefinition:
    """Return the calendar quarters in the reporting time zone."""
    return dg.TimeWindowPartitionsDefinition(
        start=_FIRST_MONTH,
        fmt="%Y-%m-%d",
        cron_schedule="0 0 1 1,4,7,10 *",
        timezone=settings.timezone,
    )


def report_asset(
    key: dg.AssetKey, rhythm: Rhythm, periods: dg.TimeWindowPartitionsDefinition
) -> dg.AssetsDefinition:
    """Return the asset of the reports of one rhythm.

    A run of one partition writes that period anew; a run of none writes every report that is owed,
    each recorded for its own period.
    """
    kinds = _kinds(rhythm)
    labels = ", ".join(kind.label for kind in kinds.values())

    @dg.asset(
        key=key,
        deps=[SNAPSHOT],
        partitions_def=periods,
        description=f"The reports of a {rhythm}: {labels}, {_FORMATS}. A partition is a {rhythm}. "
        "Without a partition, a run writes every report that is owed.",
        group_name="reports",
        kinds={"html", "pdf", "excel"},
        owners=OWNERS,
        freshness_policy=_FRESHNESS[rhythm],
        output_required=False,
        pool="reports",  # a period has one writer of revisions
    )
    def write(
        context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]
    ) -> Iterator[dg.AssetMaterialization]:
        start = context.partition_key if context.has_partition_key else None
        yield from written(settings, key, kinds, start)

    return write


def owed_of_weeks(settings: Settings) -> Iterator[dg.AssetMaterialization]:
    """Write the reports of weeks that are owed, and yield what each week got."""
    return written(settings, WEEKLY_REPORT, _kinds("week"))


def written(
    settings: Settings, key: dg.AssetKey, kinds: Kinds, partition: str | None = None
) -> Iterator[dg.AssetMaterialization]:
    """Write the reports of one partition, or all that are owed; fail at the end for what did."""
    now = clock.now_utc()
    failures: list[str] = []
    for start, wanted in _wanted(settings, kinds, partition, now).items():
        reports = list(_written(settings, wanted, now, failures))
        if reports:
            yield _materialization(settings, key, start, reports)
    if failures:
        raise dg.Failure("\n".join(failures), allow_retries=False)


def _kinds(rhythm: Rhythm) -> Kinds:
    return {name: kind for name, kind in KINDS.items() if kind.rhythm == rhythm}


def _wanted(
    settings: Settings, kinds: Kinds, partition: str | None, now: datetime
) -> dict[date, list[Owed]]:
    """Return the reports to write by first day: those of the partition, or all that are owed."""
    if partition is not None:
        start = date.fromisoformat(partition)
        of_kinds = (publishing.reports_of(settings, kind, None, start) for kind in kinds)
        return {start: [each for found in of_kinds for each in found]}
    by_start: dict[date, list[Owed]] = {}
    for each in publishing.owed_reports(settings, now, kinds):
        by_start.setdefault(each.start, []).append(each)
    return by_start


def _written(
    settings: Settings, wanted: list[Owed], now: datetime, failures: list[str]
) -> Iterator[ArchivedReport]:
    try:
        yield from publishing.reports(settings, wanted, now)
    except ReportError as error:  # one period never stops the others
        failures.append(str(error))


def _materialization(
    settings: Settings, key: dg.AssetKey, start: date, written: list[ArchivedReport]
) -> dg.AssetMaterialization:
    metadata: dict[str, RawMetadataValue] = {}
    for report in written:
        metadata |= _metadata(settings, report)
    return dg.AssetMaterialization(key, partition=start.isoformat(), metadata=metadata)


def _metadata(settings: Settings, report: ArchivedReport) -> dict[str, RawMetadataValue]:
    """Return the links, the data-quality mark and the files' sizes of one report."""
    shelf = f"http://127.0.0.1:{settings.portal_port}"
    place = f"{shelf}/reports/{report.address}"
    links = [f"[{file.edition} {file.format}]({place}/{file.name})" for file in report.files]
    sizes = [
        {"edition": file.edition, "format": file.format, "bytes": file.size_bytes}
        for file in report.files
    ]
    name = report.subject if report.kind == "weekly" else f"{report.kind} {report.subject}"
    return {
        "report shelf": dg.MetadataValue.url(shelf),
        f"{name}: report": dg.MetadataValue.url(f"{place}/{report.first_page.name}"),
        f"{name}: open": dg.MetadataValue.md(" · ".join(links)),
        f"{name}: folder": dg.MetadataValue.path(str(report.folder)),
        f"{name}: revision": report.revision,
        f"{name}: data quality": "; ".join([report.mark, *report.reasons]),
        f"{name}: files": table(sizes),
    }
