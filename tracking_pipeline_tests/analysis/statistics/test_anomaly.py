from collections.abc import Callable

import numpy as np
import pytest
from scipy.stats import poisson

from tracking_pipeline.analysis.statistics.anomaly import (
    LIMIT,
    Anomalies,
    _poisson_quantile,
    count_anomalies,
    value_anomalies,
)
from tracking_pipeline_tests.analysis.statistics.simulated import noise, with_gaps


@pytest.mark.parametrize(("days", "share"), [(28, 0.01), (56, 0.006)])
@pytest.mark.parametrize("phi", [0.0, 0.6])
def test_ordinary_days_are_seldom_anomalies(days: int, share: float, phi: float) -> None:
    values = noise(5000, days + 1, phi=phi)
    found = value_anomalies(values[:, :-1], values[:, -1])
    assert 0 < np.mean(np.abs(found.score) > LIMIT) < share


def test_a_jump_is_found_although_an_old_outlier_lies_in_the_baseline() -> None:
    values = noise(2000, 57)
    values[:, 20] += 30
    found = value_anomalies(values[:, :-1], values[:, -1] + 6)
    assert np.mean(found.score > LIMIT) > 0.9


def test_the_newest_point_is_measured_against_its_own_weekday() -> None:
    # Four weeks of 1, 2, 3, 4 by week, ten times that on the first weekday.
    weeks = np.repeat([1.0, 2.0, 3.0, 4.0], 7)
    weeks[::7] *= 10
    found = value_anomalies(weeks[None], np.array([25.0]))
    assert found.expected[0] == 25.0
    assert found.score[0] == 0.0


@pytest.mark.parametrize("judge", [value_anomalies, count_anomalies])
def test_a_sunday_is_not_judged_by_weekdays_alone(judge: Callable[..., Anomalies]) -> None:
    # Four weeks from a Sunday, without data on Saturdays and Sundays; the newest day is a Sunday.
    weeks = np.tile([np.nan, 12.0, 13.0, 11.0, 12.0, 14.0, np.nan], 4)
    found = judge(weeks[None], np.array([0.0]))
    assert found.n[0] == 0
    assert np.isnan([found.low[0], found.high[0], found.score[0]]).all()


def test_limits_follow_the_median_and_the_mad_by_hand() -> None:
    # Two weeks: each day against the other of its weekday gives ±2, the MAD is 2.
    baseline = np.concatenate([np.full(7, 4.0), np.full(7, 6.0)])[None]
    found = value_anomalies(baseline, np.array([17.0]))
    deviation = 2 / 0.6744897501960817
    assert found.expected[0] == 5.0
    assert found.high[0] == pytest.approx(5 + 3.5 * deviation)
    assert found.score[0] == pytest.approx(12 / deviation)


def test_a_flat_baseline_is_judged_by_its_mean_deviation() -> None:
    baseline = np.full((1, 28), 5.0)
    baseline[0, 3] = 12.0
    # Residuals: 7 on that day; the other three of its weekday still have the median 5: 0.
    found = value_anomalies(baseline, np.array([7.0]))
    deviation = 7 / 28 / np.sqrt(2 / np.pi)
    assert found.score[0] == pytest.approx(2 / deviation)


@pytest.mark.parametrize(("newest", "score"), [(5.0, 0.0), (5.1, np.inf)])
def test_against_a_baseline_that_never_moved_any_other_value_is_an_anomaly(
    newest: float, score: float
) -> None:
    assert value_anomalies(np.full((1, 28), 5.0), np.array([newest])).score[0] == score


def test_below_fourteen_points_of_baseline_nothing_is_judged() -> None:
    baseline = with_gaps(noise(1, 28), 0.0)
    baseline[0, 13:] = np.nan
    assert np.isnan(value_anomalies(baseline, np.array([99.0])).score[0])
    assert np.isnan(count_anomalies(baseline, np.array([99.0])).high[0])


def test_counts_have_poisson_limits() -> None:
    found = count_anomalies(np.full((1, 14), 20.0), np.array([20.0]))
    expected = poisson.ppf([0.000232629, 1 - 0.000232629], 20)
    assert [found.low[0], found.high[0]] == expected.tolist()


def test_counts_that_spread_more_than_poisson_get_wider_limits() -> None:
    counts = np.random.default_rng(4).negative_binomial(5, 0.1, size=(4000, 57)).astype(float)
    found = count_anomalies(counts[:, :-1], counts[:, -1])
    assert np.mean(np.abs(found.score) > LIMIT) < 0.02


@pytest.mark.parametrize(("days", "phi"), [(28, 0.0), (56, 0.0), (56, 0.6)])
def test_p_values_are_as_small_as_they_are_rare(days: int, phi: float) -> None:
    values = noise(20_000, days + 1, phi=phi)
    found = value_anomalies(values[:, :-1], values[:, -1])
    assert np.mean(found.p_value < 0.01) < 0.015
    assert np.mean(found.p_value < 0.001) < 0.002


@pytest.mark.parametrize("share", [0.000232629079, 0.025, 0.5, 0.999767370921])
def test_quantiles_of_poisson_are_those_of_the_library(share: float) -> None:
    means = np.concatenate([np.linspace(0.001, 50, 5000), np.geomspace(1e-9, 1e6, 5000), [np.nan]])
    assert np.array_equal(
        _poisson_quantile(share, means), poisson.ppf(share, means), equal_nan=True
    )
