import numpy as np
import pytest

from tracking_pipeline.analysis.statistics.means import daily_means, daily_ratios
from tracking_pipeline_tests.analysis.statistics.simulated import noise


def test_the_interval_of_an_alternating_series_is_the_plain_t_interval() -> None:
    # n 4, mean 2, s² = 4/3, error = sqrt(1/3), t(3, .975) = 3.182446.
    means = daily_means(np.array([[1.0, 3.0, 1.0, 3.0]]))
    assert means.mean[0] == 2.0
    assert means.error[0] == pytest.approx(np.sqrt(1 / 3))
    assert means.high[0] == pytest.approx(2 + 3.182446 * np.sqrt(1 / 3), abs=1e-6)


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.6])
def test_the_interval_of_a_month_holds_the_mean_despite_memory(phi: float) -> None:
    means = daily_means(noise(5000, 28, phi=phi))
    assert 0.95 < np.mean((means.low < 0) & (means.high > 0)) < 0.99


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.6])
def test_means_at_their_bound_seldom_seem_to_lie_above_it(phi: float) -> None:
    means = daily_means(noise(5000, 28, phi=phi))
    assert 0.02 < np.mean(means.p_above(np.zeros(5000)) < 0.05) < 0.05


def test_the_p_value_of_a_mean_is_that_of_one_sided_t() -> None:
    # n 4, mean 2, error sqrt(1/3): t = 2.353363, the 95 % quantile with 3 degrees of freedom.
    means = daily_means(np.array([[1.0, 3.0, 1.0, 3.0]]))
    assert means.p_above(2 - 2.353363 * means.error)[0] == pytest.approx(0.05, abs=1e-6)


@pytest.mark.parametrize(("bound", "p_value"), [(1.0, 0.0), (2.0, 0.5), (3.0, 1.0)])
def test_a_mean_without_spread_is_surely_where_it_is(bound: float, p_value: float) -> None:
    assert daily_means(np.full((1, 28), 2.0)).p_above(np.array([bound]))[0] == p_value


def test_a_single_day_has_no_interval() -> None:
    assert np.isnan(daily_means(np.array([[1.0, np.nan]])).low[0])


def test_a_ratio_is_of_the_sums_and_of_the_days_that_have_both() -> None:
    ratios = daily_ratios(np.array([[2.0, 6.0, 99.0, 4.0]]), np.array([[1.0, 2.0, np.nan, 1.0]]))
    assert (ratios.n[0], ratios.mean[0]) == (3, 3.0)


def test_the_interval_of_a_ratio_holds_it() -> None:
    above = 50 + 5 * noise(4000, 30, phi=0.3, weekdays=False)
    below = 10 + noise(4000, 30, phi=0.3, seed=7, weekdays=False)
    ratios = daily_ratios(above, below)
    assert 0.93 < np.mean((ratios.low < 5) & (ratios.high > 5)) < 0.97


def test_a_ratio_to_nothing_is_unknown() -> None:
    assert np.isnan(daily_ratios(np.ones((1, 5)), np.zeros((1, 5))).mean[0])
