"""What next month may bring, with its intervals, or why nothing is forecast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb

from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import Cell, Column, RowGroup, Table
from tracking_pipeline.reports.engines.economics import ALL, MEASURES, Economics
from tracking_pipeline.reports.model import Chart, Point
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.query import rows

_WHOLE: Final = 0.9
FORECAST: Final = ("meetings_booked", "operational_cost_usd", "value_generated_usd")


@dataclass(frozen=True)
class Forecast:
    """One figure of the coming month; without ``value``, ``reason`` says why it is refused."""

    metric: str
    month_start: date
    value: float | None
    low_80: float | None
    high_80: float | None
    low_95: float | None
    high_95: float | None
    method: str | None
    mase: float | None
    n: int
    reason: str | None


def forecasts(con: duckdb.DuckDBPyConnection, period: Period, subject: str) -> tuple[Forecast, ...]:
    """Return the forecasts of the month after the period for the client, or for ``all``."""
    client = None if subject == ALL else subject
    found = rows(con, _QUERY, [client, period.next_start])
    known = {row["metric"]: Forecast(**row) for row in found}
    return tuple(known[metric] for metric in FORECAST if metric in known)


_QUERY: Final = """
select
    metric, month_start, value::double as value, low_80::double as low_80,
    high_80::double as high_80, low_95::double as low_95, high_95::double as high_95, method,
    mase::double as mase, n, reason
from analysis.forecasts
where client_id is not distinct from $1 and month_start = $2
"""


def table(found: Sequence[Forecast]) -> Table:
    """Return each forecast with its intervals, method and error."""
    numbers = ("Forecast", "80 % interval", "95 % interval", "n", "MASE")
    columns = (
        Column("Figure", width=1.2),
        *(Column(label, is_number=True) for label in numbers),
        Column("Method", width=1.2),
    )
    return Table(
        "MASE below 1: better than repeating the season before",
        columns,
        (RowGroup(tuple(_row(each) for each in found)),),
        empty="Nothing is forecast: there is no analysis of the coming month yet.",
    )


def chart(each: Forecast, months: Sequence[Economics], chart_id: str) -> Chart | None:
    """Return the months so far and the forecast with both intervals; None when it is refused."""
    if each.value is None or not months:
        return None
    measure, coming = MEASURES[each.metric], each.month_start.isoformat()
    seen = tuple(
        Point(month.start.isoformat(), _figure(month, each.metric), series="observed")
        for month in months
    )
    title = f"{measure.label}, month by month, and next month"
    shown = display.number(each.value, measure.unit)
    return Chart(
        chart_id,
        "forecast",
        title,
        f"{title}: {shown}, 95 % interval {_interval(each.low_95, each.high_95, measure.unit)}; "
        f"months with data on less than {_WHOLE:.0%} of their days are left out",
        measure.unit,
        (*seen, *(_band(each, coming, share) for share in ("95 %", "80 %"))),
    )


def is_whole(month: Economics) -> bool:
    """Return whether it has data on so many of its days that its sums do not mislead."""
    return (month.coverage or 0.0) >= _WHOLE


def _figure(month: Economics, metric: str) -> float | None:
    return month.value(metric) if is_whole(month) else None


def _band(each: Forecast, coming: str, share: str) -> Point:
    low, high = (each.low_95, each.high_95) if share == "95 %" else (each.low_80, each.high_80)
    interval = None if low is None or high is None else (low, high)
    return Point(coming, each.value, interval=interval, series=share)


def _row(each: Forecast) -> tuple[Cell, ...]:
    measure = MEASURES[each.metric]
    why = (each.reason or "").replace("_", " ")
    return (
        Cell(measure.label, code=each.metric),
        Cell(display.number(each.value, measure.unit), is_strong=True),
        Cell(_interval(each.low_80, each.high_80, measure.unit)),
        Cell(_interval(each.low_95, each.high_95, measure.unit)),
        Cell(f"{each.n:,}"),
        Cell(display.NO_DATA if each.mase is None else f"{each.mase:.2f}"),
        Cell((each.method or "").replace("_", " ") if each.value is not None else why),
    )


def _interval(low: float | None, high: float | None, unit: str) -> str:
    if low is None or high is None:
        return display.NO_DATA
    return f"{display.number(low, unit)} to {display.number(high, unit)}"
