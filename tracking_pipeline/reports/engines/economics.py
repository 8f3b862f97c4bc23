"""What the engines cost and brought, by client and period, and how each figure reads."""

from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb

from tracking_pipeline.reports import display
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.query import Row, rows

ALL: Final = "all"
"""The subject of a report on every client together."""


@dataclass(frozen=True)
class Measure:
    """A figure of the economics: its column, how it reads, and why it may be missing."""

    name: str
    label: str
    unit: str
    missing: str


_NO_COST = "no operational cost was recorded"
_NO_MEETING = "Engine N recorded no meetings"
_NO_RATE = "needs every engine's cost and at least one meeting"
MEASURES: Final = {
    measure.name: measure
    for measure in (
        Measure("leads", "Leads generated", "count", "Engine A recorded no prospects"),
        Measure("meetings_booked", "Meetings booked", "count", _NO_MEETING),
        Measure("uptime_rate", "System uptime", "fraction", "no probe of the sites was received"),
        Measure("cost_per_meeting_usd", "Cost per meeting", "usd", _NO_RATE),
        Measure("operational_cost_usd", "Operational cost", "usd", _NO_COST),
        Measure("value_generated_usd", "Value generated", "usd", "no value was recorded"),
        Measure("engine_roi_pct", "Engine ROI", "percent", "needs the value and the cost"),
        Measure("traditional_cost_usd", "Traditional cost of these meetings", "usd", _NO_MEETING),
        Measure("roi_vs_traditional_pct", "ROI against the traditional way", "percent", _NO_RATE),
        Measure("cost_saved_usd", "Cost saved", "usd", _NO_RATE),
        Measure("hours_saved", "Hours saved", "h", _NO_MEETING),
        Measure("sdr_months", "SDR months of work", "months", _NO_MEETING),
        Measure("meeting_quality", "Meeting quality", "fraction", "Engine N recorded none"),
        Measure("satisfaction", "Client satisfaction", "score", "no score was recorded"),
    )
}
"""Every figure of the economics by its column."""

COMPARED: Final = ("cost_per_meeting_usd", "roi_vs_traditional_pct", "cost_saved_usd")
"""Those that rest on the days on which every cost, and the meetings, are known."""


@dataclass(frozen=True)
class Economics:
    """One client's period (``client_id`` None: all clients'), as ``marts.economics_*`` holds it."""

    client_id: str | None
    start: date
    leads: float | None
    meetings_booked: float | None
    uptime_rate: float | None
    cost_per_meeting_usd: float | None
    operational_cost_usd: float | None
    value_generated_usd: float | None
    engine_roi_pct: float | None
    traditional_cost_per_meeting_usd: float | None
    traditional_basis: str | None
    traditional_cost_usd: float | None
    roi_vs_traditional_pct: float | None
    cost_saved_usd: float | None
    hours_saved: float | None
    sdr_months: float | None
    meeting_quality: float | None
    satisfaction: float | None
    n_satisfaction: int | None
    n_probes: int | None
    days_with_data: int
    days_compared: int
    compared_operational_cost_usd: float | None
    compared_meetings_booked: float | None
    compared_traditional_cost_usd: float | None
    coverage: float | None
    cost_coverage: float | None
    value_coverage: float | None
    provenance: str

    def value(self, name: str) -> float | None:
        """Return the figure of that name."""
        found: float | None = getattr(self, name)
        return found

    def n(self, name: str) -> int:
        """Return what the figure rests on: probes, satisfaction scores, or days."""
        counts = {
            "uptime_rate": self.n_probes,
            "satisfaction": self.n_satisfaction,
            **dict.fromkeys(COMPARED, self.days_compared),
        }
        return counts.get(name, self.days_with_data) or 0

    @property
    def subject(self) -> str:
        """The client, or ``all``."""
        return self.client_id or ALL


def economics(
    con: duckdb.DuckDBPyConnection, period: Period, *, periods: int = 1
) -> tuple[Economics, ...]:
    """Return every client's and the total's economics of the last ``periods`` up to the period.

    In the order of the client (the total first) and the period; a period without data has no row.
    """
    first = period
    for _ in range(periods - 1):
        first = first.previous
    found = rows(con, _query(period), [first.start, period.start])
    return tuple(Economics(**row) for row in found)


def of_subject(found: tuple[Economics, ...], subject: str) -> tuple[Economics, ...]:
    """Return those of the client, or of ``all``."""
    return tuple(each for each in found if each.subject == subject)


def latest(found: tuple[Economics, ...], start: date) -> Economics | None:
    """Return the one of the period from ``start``; None when it has no data."""
    return next((each for each in found if each.start == start), None)


def shown(found: Economics | None, name: str) -> str:
    """Return the figure as it reads; an em dash when it is missing."""
    return display.number(None if found is None else found.value(name), MEASURES[name].unit)


def reason(found: Economics | None, name: str) -> str:
    """Return why the figure is missing; empty when it is not."""
    if found is None:
        return "no data in this period"
    return "" if found.value(name) is not None else MEASURES[name].missing


def versions(con: duckdb.DuckDBPyConnection, rhythm: str) -> list[Row]:
    """Return subject, first day and newest batch of each period with data of engines."""
    return rows(
        con,
        f"""
        select coalesce(client_id, '{ALL}') as subject, {rhythm}_start as start,
            last_batch_id as batch
        from marts.economics_{rhythm}ly
        where days_with_data > 0
        """,
        [],
    )


def _query(period: Period) -> str:
    taken = [name for name in Economics.__dataclass_fields__ if name not in {"client_id", "start"}]
    texts = {"traditional_basis", "provenance"}
    counts = {"n_satisfaction", "n_probes", "days_with_data", "days_compared"}
    columns = [name if name in texts | counts else f"{name}::double as {name}" for name in taken]
    return f"""
        select client_id, {period.rhythm}_start as start, {", ".join(columns)}
        from marts.economics_{period.rhythm}ly
        where {period.rhythm}_start between $1 and $2
        order by client_id is not null, client_id, start
    """
