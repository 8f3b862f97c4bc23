"""Words on latency, worked by hand.

Of 5 and 5 daily means with sd 10 the standard error is sqrt(100 / 5 + 100 / 5) = 6.3246 and Welch's
freedom 8: 100 ms against 80 ms gives t = -3.1623, p = 0.0133, and the interval -20 +- 2.3060 x
6.3246 = -34.58 to -5.42.
"""

import numpy as np
import pytest

from tracking_pipeline.analysis.latency_trend import Half, TrendWord, latency_trends
from tracking_pipeline.analysis.statistics.series import Array


def half(days: int, mean: float, sd: float, n: int | None = None) -> Half:
    """Return a half whose executions and daily means have one mean; two executions a day."""
    return Half(2 * days if n is None else n, mean, days, mean, sd)


SLOWER_FIRST = (half(5, 100, 10), half(5, 80, 10))
SAME = (half(5, 100, 10), half(5, 100, 10))


def word(first: Half, second: Half) -> TrendWord:
    return latency_trends([(first, second)])[0].word


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (half(5, 100, 10), half(5, 80, 10), "improving"),
        (half(5, 80, 10), half(5, 100, 10), "degrading"),
        (half(5, 100, 60), half(5, 80, 60), "no_evidence"),
        (half(50, 100, 10), half(50, 101, 10), "stable"),
        (half(50, 100, 10), half(50, 90, 10), "stable"),
        (half(50, 100, 60), half(50, 101, 60), "no_evidence"),
        (half(4, 100, 1, n=4), half(5, 50, 1, n=5), "insufficient_data"),
        (half(2, 100, 1, n=50), half(5, 50, 1, n=50), "insufficient_data"),
        (half(5, 100, 1, n=50), half(2, 50, 1, n=50), "insufficient_data"),
        (half(5, 0, 0), half(5, 0, 0), "no_evidence"),
    ],
)
def test_a_direction_needs_15_percent_and_a_passed_test(
    first: Half, second: Half, said: TrendWord
) -> None:
    assert word(first, second) == said


@pytest.mark.parametrize("mean", [120, 80])
def test_executions_and_days_that_disagree_say_nothing(mean: float) -> None:
    # The executions change by 20 %, their daily means the other way or hardly.
    first = half(50, 100, 10)
    assert word(first, Half(100, mean, 50, 200 - mean, 10)) == "no_evidence"
    assert word(first, Half(100, mean, 50, 101, 10)) == "no_evidence"


def test_the_evidence_is_that_of_welch_over_the_days() -> None:
    found = latency_trends([SLOWER_FIRST])[0]
    assert (found.n, found.first_days, found.second_days) == (20, 5, 5)
    assert found.change == pytest.approx(-0.2)
    assert found.p_value == pytest.approx(0.01335, abs=5e-5)
    assert (found.ci_low, found.ci_high) == pytest.approx((-34.585, -5.415), abs=1e-3)


def test_one_of_four_capabilities_needs_a_quarter_of_the_chance() -> None:
    found = latency_trends([SLOWER_FIRST, SAME, SAME, SAME])
    assert found[0].p_value == pytest.approx(4 * 0.01335, abs=2e-4)
    assert found[0].word == "no_evidence"


def test_what_is_too_little_to_test_counts_for_nothing() -> None:
    few = (half(4, 100, 1, n=4), half(5, 50, 1, n=5))
    found = latency_trends([few, None, SLOWER_FIRST])
    assert [each.word for each in found] == ["insufficient_data", "insufficient_data", "improving"]
    assert [each.n for each in found] == [9, 0, 20]
    assert found[0].p_value is None


def test_good_and_bad_days_are_no_trend() -> None:
    """30 days of 8 executions; a day's effect has SD 0.3 of the logarithm, and nothing changes."""
    rng = np.random.default_rng(1)
    said = [word(*_halved(rng)) for _ in range(2000)]
    assert np.mean([each in {"improving", "degrading"} for each in said]) < 0.055


def _halved(rng: np.random.Generator) -> tuple[Half, Half]:
    effects = rng.normal(0, 0.3, (30, 1))
    durations = np.exp(effects + rng.normal(0, 0.4, (30, 8)))
    return _half(durations[:15]), _half(durations[15:])


def _half(durations: Array) -> Half:
    daily = durations.mean(axis=1)
    means = float(durations.mean()), float(daily.mean())
    return Half(durations.size, means[0], len(daily), means[1], float(daily.std(ddof=1)))
