"""The data-quality block of a report: every record's fate and what a reader should mind."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

import duckdb

from tracking_pipeline.reports import display
from tracking_pipeline.reports.model import DataQuality, Figure, SourceQuality
from tracking_pipeline.reports.query import rows

NO_FILE: Final = "no file was received for this week"
"""The reason in the report of a silent week."""

_SOURCES = """
select
    client_id, source, n_files, n_records, n_accepted, n_duplicate, n_quarantined, n_blank,
    n_pending, n_late, coverage::double as coverage, n_findings
from marts.data_quality_weekly
where system = $1 and week_start = $2
order by client_id, source
"""
# The report shows the week before, too.
_NEWEST = """
select max(last_received_at) as received_at from marts.data_quality_weekly
where system = $1 and week_start in ($2, $2::date - 7)
"""


def data_quality(
    con: duckdb.DuckDBPyConnection,
    system: str,
    week: date,
    figures: tuple[Figure, ...],
    as_of: datetime,
) -> DataQuality:
    """Return the fates of the week's records, and what a reader has to mind."""
    newest = rows(con, _NEWEST, [system, week])[0]["received_at"]
    sources = tuple(SourceQuality(**row) for row in rows(con, _SOURCES, [system, week]))
    reasons = (
        *(text for source in sources for text in _reasons(source)),
        *_provenance(figures),
        *_hindsight(newest, as_of),
    )
    if not sources:
        reasons = (NO_FILE, *reasons)
    return DataQuality(sources, reasons)


def _reasons(source: SourceQuality) -> Iterator[str]:
    counted = (
        (source.n_quarantined, "quarantined"),
        (source.n_pending, "still pending"),
        (source.n_late, "received after the week's first report was due"),
    )
    for count, fate in counted:
        if count:
            yield f"{source.source}: records {fate}: {count:,}"
    if source.n_findings:
        yield f"{source.source}: data-quality findings: {source.n_findings:,}"
    if source.coverage is not None and source.coverage < 1:
        days = round(source.coverage * 7)
        yield f"{source.source}: data on {days} of 7 days"


def _provenance(figures: tuple[Figure, ...]) -> Iterator[str]:
    for kind in ("simulated", "placeholder"):
        count = sum(figure.provenance == kind for figure in figures)
        if count:
            yield f"{count} of {len(figures)} figures are {kind}, not measured"


def _hindsight(newest: datetime | None, as_of: datetime) -> Iterator[str]:
    """Yield what a back-dated report could not have known; ``newest`` is in UTC without a zone."""
    received = newest and newest.replace(tzinfo=UTC)
    if received and received >= as_of + timedelta(seconds=1):  # as_of is cut to its second
        yield (
            f"holds records received after its as-of time: as of {display.instant(as_of)}, "
            f"newest record received {display.instant(received)}"
        )
