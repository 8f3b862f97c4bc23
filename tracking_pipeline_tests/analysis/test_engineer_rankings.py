from typing import Literal

import numpy as np
import pytest

from tracking_pipeline.analysis.engineer_rankings import (
    FEWEST_DAYS,
    Place,
    by_ratio,
    by_total,
    is_clear,
)
from tracking_pipeline.analysis.statistics.ranking import ratio_ranking
from tracking_pipeline.analysis.statistics.series import Array
from tracking_pipeline_tests.analysis.statistics.simulated import noise

Kind = Literal["totals", "ratios"]
FIVE = ("a", "b", "c", "d", "e")
MEANS = (10.0, 20.0, 30.0, 40.0, 50.0)
# Four weeks that swing daily by the root of 210: the medians of the weekdays are the mean,
# 28 residuals have 21 degrees of freedom, and the squared error of the mean is 210 / 21 = 10.
SWING = np.sqrt(210) * np.array([1.0, -1.0] * 14)


def days(means: tuple[float, ...], swings: tuple[int, ...] = (1,) * 5) -> Array:
    return np.array([mean + sign * SWING for mean, sign in zip(means, swings, strict=True)])


def standing(daily: Array, engineers: tuple[str, ...] = FIVE) -> tuple[Place, ...]:
    values = [None if np.isnan(row).all() else float(np.nansum(row)) for row in daily]
    return by_total(engineers, values, daily, scale=daily.shape[1], seed=1)


def test_totals_are_drawn_towards_the_mean_by_as_much_as_they_are_noise() -> None:
    # The means have the variance 250, of which 10 is noise: weight 240 / 250 = 0.96.
    # 30 + 0.96 x 20 = 49.2 a date, 28 dates: 1,377.6.
    first, *_, last = standing(days(MEANS))
    assert (first.engineer, first.rank, last.engineer, last.rank) == ("e", 1, "a", 5)
    assert (first.value, last.value) == pytest.approx((1400, 280))
    assert (first.shrunk, last.shrunk) == pytest.approx((1377.6, 302.4))


def test_a_clear_leader_stands_alone() -> None:
    places = standing(days(MEANS))
    assert (places[0].rank_low, places[0].rank_high) == (1, 1)
    assert is_clear(places)


def test_a_leader_by_chance_is_not_clear() -> None:
    # The two best swing against each other, and a quarter of the draws tips their order.
    places = standing(days((10.0, 20.0, 25.0, 30.0, 31.0), (1, 1, 1, -1, 1)))
    assert [each.engineer for each in places[:2]] == ["e", "d"]
    assert (places[0].rank_low, places[0].rank_high) == (1, 2)
    assert not is_clear(places)


def test_two_that_are_alike_have_no_leader() -> None:
    places = standing(np.tile([[1.0], [2.0], [3.0], [9.0], [9.0]], 28))
    assert (places[0].rank_high, places[0].p_first) == (1, 1)
    assert not is_clear(places)


@pytest.mark.parametrize(("n_engineers", "n_dates"), [(4, 28), (5, 27)])
def test_too_few_engineers_or_dates_have_an_order_but_no_ranks(
    n_engineers: int, n_dates: int
) -> None:
    places = standing(days(MEANS)[:n_engineers, :n_dates], FIVE[:n_engineers])
    assert [each.engineer for each in places] == list(reversed(FIVE[:n_engineers]))
    assert {each.rank for each in places} == {None}
    assert not is_clear(places)


def test_a_date_without_a_row_adds_nothing_and_an_engineer_without_any_is_left_out() -> None:
    daily = np.vstack([days(MEANS), np.full(28, np.nan)])
    daily[4, ::2] = np.nan
    places = standing(daily, (*FIVE, "f"))
    assert {each.engineer for each in places} == set(FIVE)
    assert places[0].engineer == "d"


def test_ratios_are_of_sums() -> None:
    hits = np.tile([[1.0, 9.0]], (5, 14))
    lookups = np.tile([[1.0, 19.0]], (5, 14))
    assert ratio_ranking(hits, lookups, seed=1).mean.tolist() == [0.5] * 5


def test_an_engineer_with_few_days_of_look_ups_has_a_ratio_but_no_rank() -> None:
    hits, lookups = np.tile(np.arange(4.0, 10)[:, None], 28), np.full((6, 28), 10.0)
    hits[5, 13:] = lookups[5, 13:] = np.nan
    places = by_ratio((*FIVE, "f"), [0.4, 0.5, 0.6, 0.7, 0.8, 0.9], (hits, lookups), seed=1)
    assert [(each.engineer, each.rank) for each in places[:2]] == [("e", 1), ("d", 2)]
    assert (places[-1].engineer, places[-1].rank, places[-1].value) == ("f", None, 0.9)
    assert places[0].shrunk == pytest.approx(0.8)


def test_the_highest_figure_stands_first_however_much_of_it_is_noise() -> None:
    # The noisiest is drawn furthest towards the mean, behind the second, and is no champion.
    daily = days((10.0, 20.0, 30.0, 40.0, 41.0))
    daily[4] = 41 + 5 * SWING
    places = standing(daily)
    assert [(each.engineer, each.rank) for each in places[:2]] == [("e", 2), ("d", 1)]
    assert not is_clear(places)


def champions(
    kind: Kind, means: Array, n_dates: int, spread: float, *, groups: int = 200
) -> list[str | None]:
    """Return who is told to lead groups of these means, whose days remember (phi = 0.4)."""
    engineers = [str(k) for k in range(len(means))]
    found: list[str | None] = []
    for seed in range(groups):
        chance = noise(len(means), n_dates, phi=0.4, seed=seed, weekdays=False)
        daily = means[:, None] + spread * chance
        places = _ranked(kind, engineers, daily, seed)
        found.append(places[0].engineer if is_clear(places) else None)
    return found


def _ranked(kind: Kind, engineers: list[str], daily: Array, seed: int) -> tuple[Place, ...]:
    if kind == "totals":
        values = daily.sum(axis=1).tolist()
        return by_total(engineers, values, daily, scale=daily.shape[1], seed=seed)
    lookups = np.random.default_rng(seed + 1).integers(5, 40, size=daily.shape).astype(float)
    hits = daily * lookups
    ratios = (hits.sum(axis=1) / lookups.sum(axis=1)).tolist()
    return by_ratio(engineers, ratios, (hits, lookups), seed=seed)


@pytest.mark.parametrize("kind", ["totals", "ratios"])
@pytest.mark.parametrize("n_engineers", [5, 8])
def test_equal_engineers_seldom_have_a_champion(kind: Kind, n_engineers: int) -> None:
    found = champions(kind, np.ones(n_engineers), FEWEST_DAYS, 0.3)
    assert np.mean([each is not None for each in found]) <= 0.05


@pytest.mark.parametrize("kind", ["totals", "ratios"])
def test_of_two_equals_ahead_of_all_chance_makes_few_champions(kind: Kind) -> None:
    # No other cohort is as hard: nominal 5 %, and 10 % with one-sided tests.
    found = champions(kind, np.array([2.0, 2.0, 1.0, 1.0, 1.0]), FEWEST_DAYS, 0.15)
    assert np.mean([each is not None for each in found]) <= 0.08


@pytest.mark.parametrize("kind", ["totals", "ratios"])
@pytest.mark.parametrize(("n_dates", "spread"), [(30, 0.1), (90, 0.3)])
def test_an_engineer_better_by_a_third_is_found(kind: Kind, n_dates: int, spread: float) -> None:
    found = champions(kind, np.array([1.3, *[1.0] * 7]), n_dates, spread, groups=50)
    assert set(found) <= {"0", None}
    assert np.mean([each == "0" for each in found]) > 0.8
