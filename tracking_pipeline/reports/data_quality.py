"""The data-quality block of a report: every record's fate and what a reader should mind."""

from collections.abc import Iterator
from datetime import date

import duckdb

from tracking_pipeline.reports.model import DataQuality, Figure, SourceQuality
from tracking_pipeline.reports.query import rows

_SOURCES = """
select
    client_id, source, n_files, n_records, n_accepted, n_duplicate, n_quarantined, n_blank,
    n_pending, n_late, coverage::double as coverage, n_findings
from marts.data_quality_weekly
where system = $1 and week_start = $2
order by client_id, source
"""


def data_quality(
    con: duckdb.DuckDBPyConnection, system: str, week: date, figures: tuple[Figure, ...]
) -> DataQuality:
    """Return the fates of the week's records; the mark is ``ok`` only when nothing is to mind."""
    sources = tuple(SourceQuality(**row) for row in rows(con, _SOURCES, [system, week]))
    reasons = (*(text for source in sources for text in _reasons(source)), *_provenance(figures))
    if not sources:
        reasons = ("no file was received for this week", *reasons)
    return DataQuality(sources, "warning" if reasons else "ok", reasons)


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
    if source.coverage is None or source.coverage < 1:
        days = round((source.coverage or 0) * 7)
        yield f"{source.source}: data on {days} of 7 days"


def _provenance(figures: tuple[Figure, ...]) -> Iterator[str]:
    for kind in ("simulated", "placeholder"):
        count = sum(figure.provenance == kind for figure in figures)
        if count:
            yield f"{count} of {len(figures)} figures are {kind}, not measured"
