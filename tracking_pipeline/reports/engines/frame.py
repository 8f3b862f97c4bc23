"""What every engine document shares: its draft, the client's name, what a reader has to mind."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import duckdb

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import Section
from tracking_pipeline.reports.draft import (
    CellValue,
    Draft,
    Edition,
    Sheet,
    SheetColumn,
    Stated,
    Versions,
)
from tracking_pipeline.reports.engines.economics import ALL, MEASURES, Economics, versions
from tracking_pipeline.reports.engines.rests_on import references
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.query import rows

NOTHING: Final = "batch 0"
"""What a document without any data stands on."""

FOOTNOTE: Final = (
    "An em dash means no data, never zero; a change is named only where a statistical test "
    "supports it."
)


_CLIENTS: Final = """
select client_key, name from marts.clients
union all
select distinct client_id, null from marts.economics_monthly
where client_id is not null and client_id not in (select client_key from marts.clients)
order by client_key
"""


@dataclass(frozen=True)
class Desk:
    """One document to be: of what kind, of whom, over what, as of when."""

    kind: str
    kind_label: str
    subject: str
    subject_label: str
    period: Period
    as_of: datetime
    data_version: str
    is_demo: bool


def drafted(  # noqa: PLR0913 - the parts of a draft that the kinds do not share
    desk: Desk,
    editions: Mapping[Edition, tuple[Section, ...]],
    data: Mapping[str, object],
    *,
    said: object,
    stated: Iterable[Stated] = (),
    sheets: tuple[Sheet, ...] = (),
    summary: Iterable[tuple[str, str]] = (),
    reasons: Iterable[str] = (),
) -> Draft:
    """Return the draft of the document on this desk."""
    return Draft(
        kind=desk.kind,
        kind_label=desk.kind_label,
        subject=desk.subject,
        subject_label=desk.subject_label,
        period=desk.period,
        as_of=desk.as_of,
        data_version=desk.data_version,
        editions=editions,
        said={"name": desk.subject_label, "told": said},
        data=data,
        stated=tuple(stated),
        sheets=sheets,
        summary=tuple(summary),
        details={},
        reasons=tuple(reasons),
        footer=(FOOTNOTE,),
        is_demo=desk.is_demo,
    )


def client_name(con: duckdb.DuckDBPyConnection, subject: str) -> str:
    """Return how the client is called; its key when nobody named it.

    Raises ReportError when nothing is known of such a client.
    """
    found = {row["client_key"]: row["name"] for row in rows(con, _CLIENTS, [])}
    if subject not in found:
        known = ", ".join(found) or "none yet"
        raise ReportError(subject, "is no client that is known", f"The clients are: {known}")
    return str(found[subject] or subject)


def said_versions(
    con: duckdb.DuckDBPyConnection, query: str, subject: str | None, what: str
) -> Versions:
    """Return, by subject and start, a mark of all that ``query`` gives as ``said`` of ``what``."""
    found = rows(con, query, [subject])
    return {(row["subject"], row["start"]): f"{what} {row['said'][:8]}" for row in found}


def economic_versions(
    con: duckdb.DuckDBPyConnection, rhythm: str, subject: str | None, *, with_all: bool
) -> Versions:
    """Return what each client's weeks or months with economics stand on."""
    beside = references(con, rhythm, subject)
    return {
        (row["subject"], row["start"]): f"batch {row['batch'] or 0}, "
        f"references {beside[row['subject'], row['start']]}"
        for row in versions(con, rhythm)
        if subject in (None, row["subject"]) and (with_all or row["subject"] != ALL)
    }


def is_simulated(found: Economics | None) -> bool:
    """Return whether any of it is simulated."""
    return found is not None and found.provenance == "simulated"


def stated_economics(each: Economics, name: str, *, is_leading: bool = True) -> Iterator[Stated]:
    """Yield each figure of one client's economics."""
    for measure in MEASURES.values():
        yield Stated(
            figure=f"{each.subject}/economics/{measure.name}",
            label=f"{name}: {measure.label}",
            value=each.value(measure.name),
            n=each.n(measure.name),
            unit=measure.unit,
            is_leading=is_leading,
        )


def reasons(found: Economics | None, period: Period) -> Iterator[str]:
    """Yield what a reader of the figures has to mind."""
    if found is None:
        yield f"no data in this {period.rhythm}"
        return
    if found.days_with_data < period.n_days:
        yield f"data on {found.days_with_data} of {period.n_days} days"
    for part, share in (("cost", found.cost_coverage), ("value", found.value_coverage)):
        if share is not None and share < 1:
            rest = "ratios rest on those that do"
            yield f"not every engine's day states its {part} ({display.share(share)}): {rest}"
    if found.provenance != "measured":
        yield f"the figures are {found.provenance}, not measured"


def sheet(name: str, header: Iterable[str], lines: Iterable[tuple[CellValue, ...]]) -> Sheet:
    """Return a sheet of plain columns."""
    return Sheet(name, tuple(SheetColumn(each) for each in header), tuple(lines))
