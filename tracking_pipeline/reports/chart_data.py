"""Charts as data: the history of leading figures and the ranking of entities."""

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import numpy as np

from tracking_pipeline.analysis.comparison import wilson_interval
from tracking_pipeline.reports import display
from tracking_pipeline.reports.model import Chart, Figure, Point
from tracking_pipeline.reports.query import rows

_HISTORY_WEEKS = 12
_MOST_BARS = 12
_MOST_CHARTS = 4
_RANKED = {"rate", "mean"}
_BETTER = {"higher", "lower"}
_WEEKS = """
select week_start as day, value::double as value, n from marts.metric_weekly
where (system, client_id, entity_type, entity_id, metric) = ($1, $2, $3, $4, $5)
    and week_start between $6 and $7
"""
_DAYS = """
select metric_date as day, value::double as value, n from marts.metric_daily
where (system, client_id, entity_type, entity_id, metric) = ($1, $2, $3, $4, $5)
    and metric_date between $6 and $7
"""


def glances(
    con: duckdb.DuckDBPyConnection, figures: tuple[Figure, ...], week: date
) -> tuple[Chart, ...]:
    """Return one chart a figure: its weeks, or its days while there is but one week."""
    first = week - timedelta(days=7 * _HISTORY_WEEKS)
    weekly = [_history(con, _WEEKS, figure, (first, week), 7) for figure in figures]
    daily = days(con, figures, week)
    return tuple(
        weeks if len(weeks.points) > 1 else by_day
        for weeks, by_day in zip(weekly, daily, strict=True)
    )


def days(
    con: duckdb.DuckDBPyConnection, figures: tuple[Figure, ...], week: date
) -> tuple[Chart, ...]:
    """Return one chart a figure, day by day over the week; a day without data is a gap."""
    window = (week, week + timedelta(days=6))
    return tuple(_history(con, _DAYS, figure, window, 1) for figure in figures)


def rankings(section: str, figures: tuple[Figure, ...]) -> tuple[Chart, ...]:
    """Return charts of the rates and means that several entities have, best entity first."""
    metrics = dict.fromkeys(
        figure.definition.metric
        for figure in figures
        if figure.definition.aggregation in _RANKED and figure.definition.direction in _BETTER
    )
    charts = [chart for metric in metrics for chart in _ranking(section, metric, figures)]
    return tuple(charts[:_MOST_CHARTS])


def _history(
    con: duckdb.DuckDBPyConnection,
    query: str,
    figure: Figure,
    window: tuple[date, date],
    step_days: int,
) -> Chart:
    at = figure.trace
    key = [at.system, at.client_id, at.entity_type, at.entity_id, at.metric]
    found = {row["day"]: row for row in rows(con, query, [*key, *window])}
    start, end = (window[0] if step_days == 1 else min(found, default=window[1])), window[1]
    steps = [start + timedelta(days=n) for n in range(0, (end - start).days + 1, step_days)]
    points = tuple(
        Point(day.isoformat(), found[day]["value"], found[day]["n"])
        if day in found
        else Point(day.isoformat(), None, 0)
        for day in steps
    )
    rhythm = "day by day" if step_days == 1 else "week by week"
    title = f"{figure.definition.label}, {rhythm}"
    description = f"{title}, {start} to {end}: {len(found)} of {len(steps)} with data"
    name = "-".join([rhythm, *key[1:]]).replace(" ", "-")
    return Chart(name, "history", title, description, figure.definition.unit, points)


def _ranking(section: str, metric: str, figures: tuple[Figure, ...]) -> Iterator[Chart]:
    """Yield the chart of the entities with the minimum sample; one of them ranks nothing."""
    of_metric = [figure for figure in figures if figure.definition.metric == metric]
    shown = [figure for figure in of_metric if figure.status == "ok"]
    if len({figure.entity_id for figure in shown}) < 2:  # noqa: PLR2004 - one bar ranks nothing
        return
    definition = shown[0].definition
    is_lower_better = definition.direction == "lower"
    sign = 1 if is_lower_better else -1
    shown.sort(key=lambda figure: (sign * (figure.value or 0), figure.entity_id))
    title = f"{definition.label} by {section.replace('_', ' ')}"
    if definition.aggregation == "rate":
        title += ", with 95 % intervals"
    titles = [display.title(figure.entity_id) for figure in shown]
    names = titles if len(set(titles)) == len(titles) else [figure.entity_id for figure in shown]
    points = tuple(
        Point(name, figure.value, figure.n, _interval(figure))
        for name, figure in zip(names[:_MOST_BARS], shown, strict=False)
    )
    order = "lowest first" if is_lower_better else "highest first"
    description = (
        f"{title}: {len(points)} of {len(of_metric)}, {order}; "
        f"at least {definition.minimum_sample} observations each"
    )
    yield Chart(f"{section}-{metric}", "ranking", title, description, definition.unit, points)


def _interval(figure: Figure) -> tuple[float, float] | None:
    """Return the Wilson interval of a rate; the tables hold none of a mean."""
    if figure.definition.aggregation != "rate" or figure.value is None:
        return None
    low, high = wilson_interval(np.array([figure.value * figure.n]), np.array([float(figure.n)]))
    return float(low[0]), float(high[0])
