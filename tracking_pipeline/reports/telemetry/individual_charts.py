"""The charts of an engineer's own report, as data."""

from collections.abc import Callable, Iterable

from tracking_pipeline.reports import display
from tracking_pipeline.reports.document import Charts
from tracking_pipeline.reports.model import Chart, Point
from tracking_pipeline.reports.telemetry.individual import Day, Individual, Use

_MOST_BARS = 12


def days(told: Individual) -> Charts:
    """Return what each date of the window saved and brought; one without data is a gap."""
    return Charts(
        (
            _daily(told, "Cost saved", "usd", lambda day: day.cost_saved_usd),
            _daily(told, "Commits", "count", lambda day: day.commits),
        )
    )


def latencies(uses: Iterable[Use]) -> Chart | None:
    """Return the median duration of the capabilities most used, p95 beside it; None without any."""
    known = [use for use in uses if use.figures.p50_ms is not None]
    shown = sorted(known, key=lambda use: (-use.figures.executions, use.title))[:_MOST_BARS]
    if not shown:
        return None
    points = tuple(map(_bar, sorted(shown, key=lambda use: (use.figures.p50_ms or 0, use.title))))
    title = "Median latency by capability, shortest first"
    described = f"{title}: {len(points)} of {len(known)} capabilities; p95 beside each"
    return Chart("capability-latencies", "ranking", title, described, "ms", points)


def _daily(told: Individual, name: str, unit: str, value: Callable[[Day], float | None]) -> Chart:
    points = tuple(Point(day.metric_date.isoformat(), value(day), series=name) for day in told.days)
    known = sum(point.value is not None for point in points)
    title = f"{name}, day by day"
    window = f"{told.value.start_date} to {told.value.end_date}"
    described = f"{title}, {window}: {known} of {len(points)} dates with data"
    return Chart(f"daily-{name.lower().replace(' ', '-')}", "lines", title, described, unit, points)


def _bar(use: Use) -> Point:
    median, slow = (display.number(of, "ms") for of in (use.figures.p50_ms, use.figures.p95_ms))
    note = f"{median}, p95 {slow}"
    return Point(use.title, use.figures.p50_ms, use.figures.executions, note=note)
