"""The daily series of the demo company, in memory: a value a (client, engine, metric, day)."""

from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.signal import lfilter

from tracking_pipeline.demo.company.levels import is_of, levels
from tracking_pipeline.demo.company.plan import Change, plan

N_DAYS: Final = 120
LAST_DAY: Final = date(2025, 12, 31)

_AUTOCORRELATION = 0.2
_SPREAD = 0.05
_MONEY_SPREAD = 0.05
_ENGINE_SPREAD = 0.03
_FIXED_COST = 0.4
_LEAST_ROOM = 0.02
_CUT = 3
# Monday first. Volumes fall on weekends; what is no volume moves by a few percent of its room.
_VOLUME_OF_WEEKDAY = np.array([1.02, 1.06, 1.05, 1.0, 0.9, 0.6, 0.55])
_LEVEL_OF_WEEKDAY = np.array([0.02, 0.03, 0.01, 0.0, -0.02, -0.03, -0.01])

Array = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]


def series(
    seed: int,
    *,
    planted: bool = True,
    last_day: date = LAST_DAY,
    n_days: int = N_DAYS,
    days_after: int = 0,
) -> pl.DataFrame:
    """Return the true series, one row a (client_id, engine_id, metric, day).

    ``value`` in the metric's unit; of its engine's day ``units_of_work``, ``cost`` and
    ``value_generated`` (USD). The ``n_days`` end on ``last_day``; ``days_after`` follow it, without
    altering those before. ``planted=False`` leaves out every change and outage of the plan.
    """
    shape = levels()
    ago = np.arange(n_days - 1, -days_after - 1, -1)
    dates = np.datetime64(last_day) - ago.astype("timedelta64[D]")
    weekday = (last_day.weekday() - ago) % 7
    by_engine, by_metric, counts, luck = np.random.default_rng(seed).spawn(4)
    units, cost, generated = _days_of_engines(by_engine, weekday)
    effects = _effects(shape, ago) if planted else np.zeros((len(ago), shape.height))
    level = _lucky_level(luck, shape)
    pair, counted = shape["pair"].to_numpy(), shape["is_counted"].to_numpy()
    values = _values((by_metric, counts), shape, weekday, level, 1 + effects)
    values[:, counted] = units[:, pair[counted]]
    frame = pl.concat([shape.select("client_id", "engine_id", "metric")] * len(ago)).with_columns(
        day=pl.Series(np.repeat(dates, shape.height)),
        value=pl.Series(values.ravel()).round_sig_figs(5),
        units_of_work=pl.Series(units[:, pair].ravel()),
        cost=pl.Series(cost[:, pair].ravel()).round(2),
        value_generated=pl.Series(generated[:, pair].ravel()).round(2),
    )
    return frame.filter(~_in_an_outage(last_day)) if planted else frame


def _days_of_engines(rng: np.random.Generator, weekday: Days) -> tuple[Array, Array, Array]:
    """Return units of work, cost and value generated (USD), each (day, client and engine)."""
    company = plan()
    work, cost, value, volume, price = np.array(
        [
            (engine.units, engine.cost_usd, engine.value_usd, client.volume, client.cost)
            for client in company.clients
            for engine in company.engines
        ]
    ).T
    noise = _noise(rng, (len(weekday), 3, len(work)))
    share = _VOLUME_OF_WEEKDAY[weekday, None] * (1 + _SPREAD * noise[:, 0])
    units = np.round(work * volume * share)
    done = units / (work * volume)
    paid = cost * price * (_FIXED_COST + (1 - _FIXED_COST) * done)
    worth = value * volume * done
    by_chance = 1 + _MONEY_SPREAD * noise
    return units, paid * by_chance[:, 1], worth * by_chance[:, 2]


def _lucky_level(rng: np.random.Generator, shape: pl.DataFrame) -> Array:
    """Return the level of each series: engines differ by a few percent, no two seeds alike."""
    pair = shape["pair"].to_numpy()
    luck = rng.normal(1, _ENGINE_SPREAD, pair.max() + 1)[pair]
    better = np.where(shape["is_lower_better"].to_numpy(), 1 / luck, luck)
    level: Array = np.minimum(shape["level"].to_numpy() * better, shape["highest"].to_numpy())
    return level


def _values(
    rngs: tuple[np.random.Generator, np.random.Generator],
    shape: pl.DataFrame,
    weekday: Days,
    level: Array,
    changed: Array,
) -> Array:
    """Return (day, series): the level, moved by weekday, noise and planted change, or counts."""
    noises, counts = rngs
    ceiling, summed = shape["ceiling"].to_numpy(), shape["is_summed"].to_numpy()
    noise = _SPREAD * _noise(noises, changed.shape)
    room = np.clip(1 - level / ceiling, _LEAST_ROOM, 1)
    values = level * changed * (1 + room * (_LEVEL_OF_WEEKDAY[weekday, None] + noise))
    expected = level * changed * _VOLUME_OF_WEEKDAY[weekday, None] * (1 + noise)
    values[:, summed] = counts.poisson(expected[:, summed])
    bounded: Array = np.clip(values, shape["floor"].to_numpy(), ceiling)
    return bounded


def _noise(rng: np.random.Generator, size: tuple[int, ...]) -> Array:
    """Return autocorrelated noise of variance 1 along the first axis, cut at three deviations."""
    drawn = rng.standard_normal(size)
    drawn[1:] *= np.sqrt(1 - _AUTOCORRELATION**2)
    found: Array = np.clip(lfilter([1], [1, -_AUTOCORRELATION], drawn, axis=0), -_CUT, _CUT)
    return found


def _effects(shape: pl.DataFrame, ago: Days) -> Array:
    """Return (day, series): the planted change as a share of the level."""
    effects = np.zeros((len(ago), shape.height))
    for change in plan().changes:
        its = shape.select(is_of(change.client_id, change.engine_id, change.metric)).to_series()
        effects[:, its.to_numpy()] += _effect(change, ago)[:, None]
    return effects


def _effect(change: Change, ago: Days) -> Array:
    grown: dict[str, Array] = {
        "trend": np.clip((change.first - ago) / max(change.first, 1), 0, 1),
        "level_shift": (ago <= change.first).astype(np.float64),
        "anomaly": (ago == change.first).astype(np.float64),
    }
    return change.change * grown[change.kind]


def _in_an_outage(last_day: date) -> pl.Expr:
    return pl.any_horizontal(
        pl.col("day").is_between(
            last_day - timedelta(days=gap.first), last_day - timedelta(days=gap.last)
        )
        & is_of(gap.client_id, gap.engine_id)
        for gap in plan().outages
    )
