"""Words on latency, worked by hand.

Of 5 and 5 executions with sd 10 the standard error is sqrt(100 / 5 + 100 / 5) = 6.3246 and Welch's
freedom 8: 100 ms against 80 ms gives t = -3.1623, p = 0.0133, and the interval -20 +- 2.3060 x
6.3246 = -34.58 to -5.42.
"""

import pytest

from tracking_pipeline.analysis.latency_trend import Half, TrendWord, latency_trends

SLOWER_FIRST = (Half(5, 100, 10), Half(5, 80, 10))
SAME = (Half(5, 100, 10), Half(5, 100, 10))


def word(first: Half, second: Half) -> TrendWord:
    return latency_trends([(first, second)])[0].word


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (Half(5, 100, 10), Half(5, 80, 10), "improving"),
        (Half(5, 80, 10), Half(5, 100, 10), "degrading"),
        (Half(5, 100, 60), Half(5, 80, 60), "no_evidence"),
        (Half(50, 100, 10), Half(50, 101, 10), "stable"),
        (Half(50, 100, 10), Half(50, 90, 10), "stable"),
        (Half(50, 100, 60), Half(50, 101, 60), "no_evidence"),
        (Half(4, 100, 1), Half(5, 50, 1), "insufficient_data"),
        (Half(5, 0, 0), Half(5, 0, 0), "no_evidence"),
    ],
)
def test_a_direction_needs_15_percent_and_a_passed_test(
    first: Half, second: Half, said: TrendWord
) -> None:
    assert word(first, second) == said


def test_the_evidence_is_that_of_welch() -> None:
    found = latency_trends([SLOWER_FIRST])[0]
    assert found.n == 10
    assert found.change == pytest.approx(-0.2)
    assert found.p_value == pytest.approx(0.01335, abs=5e-5)
    assert (found.ci_low, found.ci_high) == pytest.approx((-34.585, -5.415), abs=1e-3)


def test_one_of_four_capabilities_needs_a_quarter_of_the_chance() -> None:
    found = latency_trends([SLOWER_FIRST, SAME, SAME, SAME])
    assert found[0].p_value == pytest.approx(4 * 0.01335, abs=2e-4)
    assert found[0].word == "no_evidence"


def test_what_is_too_little_to_test_counts_for_nothing() -> None:
    few = (Half(4, 100, 1), Half(5, 50, 1))
    found = latency_trends([few, None, SLOWER_FIRST])
    assert [each.word for each in found] == ["insufficient_data", "insufficient_data", "improving"]
    assert [each.n for each in found] == [9, 0, 10]
    assert found[0].p_value is None
