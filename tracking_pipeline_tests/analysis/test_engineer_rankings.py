import numpy as np
import pytest

from tracking_pipeline.analysis.engineer_rankings import Place, by_ratio, by_total, is_clear
from tracking_pipeline.analysis.statistics.ranking import ratio_ranking
from tracking_pipeline.analysis.statistics.series import Array

FIVE = ("a", "b", "c", "d", "e")
MEANS = (10.0, 20.0, 30.0, 40.0, 50.0)
# Two weeks that swing from day to day by the root of 70: the medians of the weekdays are the mean,
# 14 residuals have 7 degrees of freedom, and the squared error of the mean is 70 / 7 = 10.
SWING = np.sqrt(70) * np.array([1.0, -1.0] * 7)


def days(means: tuple[float, ...], swings: tuple[int, ...] = (1,) * 5) -> Array:
    return np.array([mean + sign * SWING for mean, sign in zip(means, swings, strict=True)])


def standing(daily: Array, engineers: tuple[str, ...] = FIVE) -> tuple[Place, ...]:
    values = [None if np.isnan(row).all() else float(np.nansum(row)) for row in daily]
    return by_total(engineers, values, daily, scale=daily.shape[1], seed=1)


def test_totals_are_drawn_towards_the_mean_by_as_much_as_they_are_noise() -> None:
    # The means have the variance 250, of which 10 is noise: weight 240 / 250 = 0.96.
    # 30 + 0.96 x 20 = 49.2 a date, 14 dates: 688.8.
    first, *_, last = standing(days(MEANS))
    assert (first.engineer, first.rank, last.engineer, last.rank) == ("e", 1, "a", 5)
    assert (first.value, last.value) == pytest.approx((700, 140))
    assert (first.shrunk, last.shrunk) == pytest.approx((688.8, 151.2))


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
    places = standing(np.tile([[1.0], [2.0], [3.0], [9.0], [9.0]], 14))
    assert places[0].rank_high == 1
    assert not is_clear(places)


@pytest.mark.parametrize(("n_engineers", "n_dates"), [(4, 14), (5, 13)])
def test_too_few_engineers_or_dates_have_an_order_but_no_ranks(
    n_engineers: int, n_dates: int
) -> None:
    places = standing(days(MEANS)[:n_engineers, :n_dates], FIVE[:n_engineers])
    assert [each.engineer for each in places] == list(reversed(FIVE[:n_engineers]))
    assert {each.rank for each in places} == {None}
    assert not is_clear(places)


def test_a_date_without_a_row_adds_nothing_and_an_engineer_without_any_is_left_out() -> None:
    daily = np.vstack([days(MEANS), np.full(14, np.nan)])
    daily[4, ::2] = np.nan
    places = standing(daily, (*FIVE, "f"))
    assert {each.engineer for each in places} == set(FIVE)
    assert places[0].engineer == "d"


def test_ratios_are_of_sums() -> None:
    hits = np.tile([[1.0, 9.0]], (5, 7))
    lookups = np.tile([[1.0, 19.0]], (5, 7))
    assert ratio_ranking(hits, lookups, seed=1).mean.tolist() == [0.5] * 5


def test_an_engineer_with_few_days_of_look_ups_has_a_ratio_but_no_rank() -> None:
    hits, lookups = np.tile(np.arange(4.0, 10)[:, None], 14), np.full((6, 14), 10.0)
    hits[5, 3:] = lookups[5, 3:] = np.nan
    places = by_ratio((*FIVE, "f"), [0.4, 0.5, 0.6, 0.7, 0.8, 0.9], (hits, lookups), seed=1)
    assert [(each.engineer, each.rank) for each in places[:2]] == [("e", 1), ("d", 2)]
    assert (places[-1].engineer, places[-1].rank, places[-1].value) == ("f", None, 0.9)
    assert places[0].shrunk == pytest.approx(0.8)
