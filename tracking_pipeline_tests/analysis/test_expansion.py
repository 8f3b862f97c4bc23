import numpy as np
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
    # t(4) = 2.776445 times the standard error root(2,500,000 / 5) = 707.107
    margin = 2.776445 * 707.107
    assert found.low.value_usd == pytest.approx(3000 - margin, abs=0.01)
    assert found.high.value_usd == pytest.approx(3000 + margin, abs=0.01)


@pytest.mark.parametrize("n", [5, 8])
def test_95_of_100_intervals_hold_the_true_mean(n: int) -> None:
    rng = np.random.default_rng(n)
    found = [
        expansion(rng.normal(30_000, 9_000, n).tolist(), n_more=1, cost_usd=0) for _ in range(4000)
    ]
    held = [
        each.low.value_usd <= 30_000 <= each.high.value_usd
        for each in found
        if each.low and each.high
    ]
    assert 0.93 < np.mean(held) < 0.97
    assert len(held) == len(found)


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
