import pytest

from tracking_pipeline.analysis.capabilities import p_below


def test_a_rate_far_below_the_line_is_no_chance_and_a_small_sample_is() -> None:
    # z = (0.84 - 0.9) / root(0.9 x 0.1 / 336) = -3.666; of 25: -1.0, p = 0.1587
    sure, open_ = p_below([0.84, 0.84], [336, 25], 0.9)
    assert sure == pytest.approx(2 * 0.000123, rel=0.01)
    assert open_ == pytest.approx(0.1587, rel=0.001)


def test_a_rate_above_the_line_is_never_below_it() -> None:
    assert p_below([0.95], [1000], 0.9)[0] > 0.99


def test_no_capability_is_no_test() -> None:
    assert p_below([], [], 0.9) == []
