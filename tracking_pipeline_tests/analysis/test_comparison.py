"""Published worked examples; none of the figures here come from our own code."""

import numpy as np
import pytest

from tracking_pipeline.analysis.comparison import (
    Comparison,
    Sample,
    compare_means,
    compare_rates,
    newcombe_interval,
    wilson_interval,
)

# The sleep data of Student (1908), as in R's `t.test(extra ~ group, data = sleep)`.
SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)


def rates(*counts: tuple[int, int]) -> Sample:
    successes, n = np.array(counts, dtype=float).T
    return Sample(n, successes, successes)


def values(*observations: float) -> Sample:
    array = np.array(observations)
    return Sample(*(np.array([figure]) for figure in (len(array), array.sum(), (array**2).sum())))


def moments(n: int, mean: float, variance: float) -> Sample:
    squares = variance * (n - 1) + n * mean**2
    return Sample(np.array([float(n)]), np.array([n * mean]), np.array([squares]))


def row(comparison: Comparison) -> list[float]:
    return [float(column[0]) for column in (comparison.statistic, comparison.p_value)]


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_is_that_of_newcombe_1998a(
    successes: int, n: int, low: float, high: float
) -> None:
    interval = wilson_interval(np.array([float(successes)]), np.array([float(n)]))
    assert np.ravel(interval) == pytest.approx([low, high], abs=5e-5)


@pytest.mark.parametrize(
    ("week", "previous", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_interval_of_a_difference_is_method_10_of_newcombe_1998b(
    week: tuple[int, int], previous: tuple[int, int], low: float, high: float
) -> None:
    interval = newcombe_interval(rates(week), rates(previous))
    assert np.ravel(interval) == pytest.approx([low, high], abs=5e-5)


def test_rates_are_compared_by_the_pooled_z_test() -> None:
    # By hand: pooled 104/150, error sqrt(.69333 * .30667 * (1/70 + 1/80)) = .0754668.
    assert row(compare_rates(rates((56, 70)), rates((48, 80)))) == pytest.approx(
        [2.650172, 0.008045], abs=1e-6
    )


@pytest.mark.parametrize("count", [0, 30])
def test_two_rates_that_are_all_or_nothing_do_not_differ(count: int) -> None:
    assert row(compare_rates(rates((count, 30)), rates((count, 30)))) == [0.0, 1.0]


@pytest.mark.parametrize(
    ("week", "previous", "t", "p"),
    [
        ((15, 20.8, 7.9), (15, 23.0, 3.8), -2.46, 0.021),
        ((10, 20.6, 9.0), (20, 22.1, 0.9), -1.57, 0.149),
        ((10, 19.4, 1.4), (20, 21.6, 17.1), -2.22, 0.036),
    ],
)
def test_means_are_compared_by_welch(
    week: tuple[int, float, float], previous: tuple[int, float, float], t: float, p: float
) -> None:
    # The summary statistics are printed to one decimal, hence the tolerances.
    statistic, p_value = row(compare_means(moments(*week), moments(*previous)))
    assert statistic == pytest.approx(t, abs=0.05)
    assert p_value == pytest.approx(p, abs=0.006)


def test_welch_on_the_sleep_data_is_what_r_prints() -> None:
    result = compare_means(values(*SLEEP[0]), values(*SLEEP[1]))
    assert row(result) == pytest.approx([-1.8608, 0.07939], abs=5e-5)
    interval = [float(result.ci_low[0]), float(result.ci_high[0])]
    assert interval == pytest.approx([-3.3654832, 0.2054832], abs=5e-8)


def test_means_without_spread_or_with_one_observation_have_no_test() -> None:
    for week in (values(2.1, 2.1, 2.1), values(5.0)):
        result = compare_means(week, values(0.7, 0.7, 0.7))
        assert np.isnan(result.p_value).all()


def test_rows_are_tested_each_for_itself() -> None:
    together = compare_rates(rates((56, 70), (0, 30)), rates((48, 80), (0, 30)))
    assert together.statistic == pytest.approx([2.650172, 0.0], abs=1e-6)
