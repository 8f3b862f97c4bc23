"""Which engineers of a team stand where, by what they recorded day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb
import numpy as np

from tracking_pipeline.analysis.statistics.ranking import Ranking, ranking, ratio_ranking
from tracking_pipeline.analysis.statistics.series import Array, count

FEWEST_DAYS: Final = 28
"""Dates of the window. Ranks are drawn anew from whole weeks: of fewer than four every draw is
nearly the same."""

_FEWEST_WITH_DATA: Final = 14
_SURE: Final = 0.05

_DAYS: Final = """
with
engineers as (
    select unnest($engineers::varchar[]) as engineer_hash
),
dates as (
    select unnest(generate_series($first::date, $last::date, interval 1 day))::date as metric_date
)
select
    days.tokens_saved::double, days.minutes_saved::double, days.commits::double,
    days.memory_hits::double, (days.memory_hits + days.memory_misses)::double
from engineers
cross join dates
left join marts.engineer_days as days
    on days.client_id = $client_id
    and days.engineer_hash = engineers.engineer_hash
    and days.metric_date = dates.metric_date
order by engineers.engineer_hash, dates.metric_date
"""


@dataclass(frozen=True)
class EngineerDays:
    """What each engineer recorded on each date: engineers (sorted) x dates, NaN = nothing."""

    engineers: tuple[str, ...]
    tokens_saved: Array
    minutes_saved: Array
    commits: Array
    memory_hits: Array
    memory_lookups: Array


@dataclass(frozen=True)
class Place:
    """Where one engineer stands; ``value`` is the figure over the window.

    ``shrunk`` is it drawn towards the team's mean by as much as it is noise, in the same unit;
    ``rank`` 1 is the highest ``shrunk``, ``rank_low`` to ``rank_high`` its 95 % bootstrap interval.
    They are None when too few engineers or dates are there to tell. ``p_first`` has the highest of
    the ranked alone: the p-value of its standing above every other.
    """

    engineer: str
    value: float
    shrunk: float | None = None
    rank: int | None = None
    rank_low: int | None = None
    rank_high: int | None = None
    p_first: float | None = None


def engineer_days(
    con: duckdb.DuckDBPyConnection,
    client_id: str,
    engineers: Sequence[str],
    window: tuple[date, date],
) -> EngineerDays:
    """Return what these engineers of the team recorded on the dates of ``window``, both included.

    ``con`` is a warehouse or a snapshot with the telemetry's marts.
    """
    first, last = window
    chosen = sorted(engineers)
    bound = {"engineers": chosen, "first": first, "last": last, "client_id": client_id}
    found = np.array(con.execute(_DAYS, bound).fetchall(), dtype=float)
    whole = found.reshape(len(chosen), (last - first).days + 1, 5)
    return EngineerDays(tuple(chosen), *np.moveaxis(whole, 2, 0))


def by_total(
    engineers: Sequence[str],
    values: Sequence[float | None],
    daily: Array,
    *,
    scale: float,
    seed: int,
) -> tuple[Place, ...]:
    """Return where the engineers stand by the totals of the rows of ``daily``, highest first.

    ``values`` are the totals over the window in the unit that ``scale`` turns the mean of a date
    into; who has none is left out. A date without a row adds nothing to a total, so that every
    date of the window tells.
    """
    is_known = ~np.isnan(daily).all(axis=1, keepdims=True)
    found = ranking(_enough(np.where(is_known, np.nan_to_num(daily), np.nan)), seed=seed)
    return _placed(engineers, values, found, scale)


def by_ratio(
    engineers: Sequence[str],
    values: Sequence[float | None],
    daily: tuple[Array, Array],
    *,
    seed: int,
) -> tuple[Place, ...]:
    """Return where the engineers stand by the ratio of the sums of both parts, highest first.

    A date without a row tells nothing of a ratio: who has fewer than two weeks of dates stands
    after the others, without a rank.
    """
    above, below = daily
    found = ratio_ranking(_enough(above), below, seed=seed)
    return _placed(engineers, values, found, 1.0)


def is_clear(standing: Sequence[Place]) -> bool:
    """Return whether the first one leads: by rank, by its whole 95 % interval and by the tests."""
    first = next(iter(standing), None)
    if first is None or first.p_first is None:
        return False
    return first.rank == first.rank_high == 1 and first.p_first < _SURE


def _enough(daily: Array) -> Array:
    is_enough = (count(daily) >= _FEWEST_WITH_DATA) & (daily.shape[1] >= FEWEST_DAYS)
    return np.where(is_enough[:, None], daily, np.nan)


def _placed(
    engineers: Sequence[str], values: Sequence[float | None], found: Ranking, scale: float
) -> tuple[Place, ...]:
    ranks = found.rank, found.rank_low, found.rank_high
    ranked = np.stack([found.shrunk * scale, *ranks, found.p_first], axis=1)
    made = [
        _place(engineer, value, row)
        for engineer, value, row in zip(engineers, values, ranked, strict=True)
        if value is not None
    ]
    return tuple(sorted(made, key=lambda each: (each.rank is None, -each.value, each.engineer)))


def _place(engineer: str, value: float, row: Array) -> Place:
    shrunk, rank, low, high, p_first = row.tolist()
    if np.isnan(shrunk):
        return Place(engineer, value)
    p_value = None if np.isnan(p_first) else p_first
    return Place(engineer, value, shrunk, int(rank), int(low), int(high), p_value)
