import pytest

from tracking_pipeline.analysis.expansion import expansion


def test_an_expansion_is_the_mean_value_less_the_cost_times_the_engineers() -> None:
    # (1,000 + 2,000 + 3,000 + 4,000 + 5,000) / 5 = 3,000; 12 x (3,000 - 600) = 28,800
    found = expansion([1000, 2000, 3000, 4000, 5000], n_more=12, cost_usd=600)
    assert found.low is not None
    assert found.base is not None
    assert found.high is not None
    assert (found.base.value_usd, found.base.net_usd) == (3000, 28_800)
    assert found.low.net_usd == pytest.approx(12 * (found.low.value_usd - 600))
    # The mean of five has the standard error root(2,000,000 / 5) = 632.
    assert 3000 - 2 * 632.5 < found.low.value_usd < 3000 - 1.5 * 632.5
    assert 3000 + 1.5 * 632.5 < found.high.value_usd < 3000 + 2 * 632.5


def test_equal_engineers_leave_nothing_open() -> None:
    found = expansion([900.0] * 5, n_more=2, cost_usd=1000)
    assert found.low == found.base == found.high
    assert found.base is not None
    assert found.base.net_usd == -200


def test_fewer_than_a_cohort_are_not_projected() -> None:
    found = expansion([900.0] * 4, n_more=2, cost_usd=100)
    assert (found.n, found.low, found.base, found.high) == (4, None, None, None)


def test_the_order_of_the_engineers_does_not_matter() -> None:
    values = [10.0, 7.0, 3.0, 8.0, 1.0]
    first, second = (
        expansion(each, n_more=1, cost_usd=1) for each in (values, list(reversed(values)))
    )
    assert first == second
