"""The engine reports' charts as data: engines side by side, over time, cases, next month."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from tracking_pipeline.analysis.roi import RoiCase, Swing
from tracking_pipeline.reports import display
from tracking_pipeline.reports.engines.standings import ClientScore, Standing
from tracking_pipeline.reports.model import Chart, Point

BENCHMARK: Final = 100.0
"""The performance score of an engine whose every metric meets its benchmark."""


def scores(standings: Sequence[Standing]) -> Chart:
    """Return every engine's score, client by client, coloured by its distance from 100."""
    return _heat(
        "engines-scores",
        "Performance score, and how far from the benchmark (100)",
        standings,
        lambda each: None if each.score is None else each.score / BENCHMARK - 1,
        lambda each: f"{display.number(each.score, 'score')}  ({signed(each.score)})",
    )


def against_industry(standings: Sequence[Standing]) -> Chart:
    """Return every engine against the industry's averages, the weighted mean of its metrics."""
    return _heat(
        "engines-against-industry",
        "Metrics against the industry average",
        standings,
        lambda each: each.against_industry,
        lambda each: share(each.against_industry),
    )


def benchmarked(standings: Sequence[Standing], chart_id: str, line: float, said: str) -> Chart:
    """Return one client's engines as bars beside a line, in the order of their letters."""
    points = tuple(
        Point(each.title, each.score, note=display.number(each.score, "score"))
        for each in standings
    )
    return Chart(
        chart_id,
        "ranking",
        "Performance score of each engine",
        f"Performance score of {_counted(standings)} engines, beside {said}",
        "score",
        points,
        line,
        said,
    )


def over_time(found: Sequence[ClientScore], names: dict[str, str], rhythm: str) -> Chart | None:
    """Return each client's mean score over the periods, with gaps; None without any."""
    if all(row.score is None for row in found):
        return None
    clients = list(dict.fromkeys(row.client_id for row in found))
    labels = _labels({client: names.get(client, client) for client in clients})
    known = {(row.client_id, row.start): row for row in found}
    days = sorted({row.start for row in found})
    points = tuple(
        Point(day.isoformat(), row.score if row else None, row.n if row else 0, None, label)
        for client, label in labels.items()
        for day in days
        for row in [known.get((client, day))]
    )
    title = f"Mean performance score of the engines, {rhythm} by {rhythm}"
    times, whom = display.counted(len(days), rhythm), display.counted(len(clients), "client")
    described = f"{title}: {times} of {whom}"
    return Chart(
        "engines-over-time", "lines", title, described, "score", points, BENCHMARK, "benchmark"
    )


def tornado(chart_id: str, title: str, base: RoiCase, swings: Sequence[Swing]) -> Chart | None:
    """Return the ROI with each assumption at its ends, the widest swing first; None without any."""
    points = tuple(
        Point(swing.assumption.label, value, series=end, note=display.number(at, unit))
        for swing in swings
        if swing.width > 0
        for unit in [swing.assumption.unit]
        for end, at, value in (
            ("low", swing.assumption.low, swing.at_low),
            ("high", swing.assumption.high, swing.at_high),
        )
    )
    if not points or base.roi_pct is None:
        return None
    said = f"base case {display.number(base.roi_pct, 'percent')}"
    described = "; ".join(
        f"{swing.assumption.label} from {display.number(swing.at_low, 'percent')} to "
        f"{display.number(swing.at_high, 'percent')}"
        for swing in swings
    )
    return Chart(
        chart_id,
        "tornado",
        title,
        f"{title}, {said}: {described}",
        "percent",
        points,
        base.roi_pct,
        said,
    )


def signed(score: float | None) -> str:
    """Return how far a score is from 100, with its sign."""
    return display.NO_DATA if score is None else share(score / BENCHMARK - 1)


def share(value: float | None) -> str:
    """Return a share as signed whole percent."""
    if value is None:
        return display.NO_DATA
    return f"{value * 100:+z.0f} %".replace("-", "−")  # noqa: RUF001 - minus


def _heat(
    chart_id: str,
    title: str,
    standings: Sequence[Standing],
    value: Callable[[Standing], float | None],
    note: Callable[[Standing], str],
) -> Chart:
    labels = _labels({each.client_id: each.client for each in standings})
    points = tuple(
        Point(each.title, value(each), series=labels[each.client_id], note=_cell(each, value, note))
        for each in standings
    )
    n_engines = len({each.engine_id for each in standings})
    whom = display.counted(len(labels), "client")
    described = f"{title}: {display.counted(n_engines, 'engine')} of {whom}"
    return Chart(chart_id, "heat", title, described, "fraction", points)


def _cell(
    each: Standing, value: Callable[[Standing], float | None], note: Callable[[Standing], str]
) -> str:
    return display.NO_DATA if value(each) is None else note(each)


def _labels(names: dict[str, str]) -> dict[str, str]:
    """Return the names, and the keys of those whose names are not their own."""
    counts = Counter(names.values())
    return {key: name if counts[name] == 1 else f"{name} ({key})" for key, name in names.items()}


def _counted(standings: Iterable[Standing]) -> str:
    every = list(standings)
    return f"{sum(each.score is not None for each in every)} of {len(every)}"
