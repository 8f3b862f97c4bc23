import numpy as np
import pytest
from statsmodels.datasets import nile

from tracking_pipeline.analysis.statistics.level_shift import level_shifts
from tracking_pipeline_tests.analysis.statistics.simulated import noise, with_gaps

NILE = nile.load_pandas().data["volume"].to_numpy(float)[None]


def test_the_nile_fell_after_its_28th_year() -> None:
    # The means of 1871-1898 and 1899-1970 are published: 1097.75 and 849.97 (Cobb 1978).
    shifts = level_shifts(NILE, season=1)
    assert shifts.position[0] == 28
    assert shifts.change[0] == pytest.approx(849.97 - 1097.75, abs=0.01)
    assert shifts.p_value[0] < 0.001
    assert shifts.is_step[0]


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("days", [56, 84])
def test_noise_with_memory_seldom_seems_to_break(days: int, phi: float) -> None:
    share = np.mean(level_shifts(noise(5000, days, phi=phi)).p_value < 0.05)
    assert 0.002 < share < 0.02


@pytest.mark.parametrize("size", [2.0, -3.0])
def test_a_planted_shift_is_found_on_its_day(size: float) -> None:
    values = noise(1000, 56, phi=0.3)
    values[:, 31:] += size
    shifts = level_shifts(values)
    assert np.mean(shifts.p_value < 0.05) > 0.9
    assert np.mean(np.abs(shifts.position - 31) <= 2) > 0.75
    assert np.mean(shifts.is_step) > 0.9
    covered = (shifts.ci_low < size) & (shifts.ci_high > size)
    assert np.mean(covered) > 0.88


def test_a_straight_line_is_no_step() -> None:
    values = 0.3 * noise(500, 56) + np.linspace(0, 5, 56)
    assert np.mean(level_shifts(values).is_step) < 0.01


def test_an_outage_leaves_a_gap_and_the_shift_begins_with_the_first_day_after_it() -> None:
    values = np.concatenate([np.zeros(24), np.full(9, np.nan), np.full(23, 4.0)])[None]
    shifts = level_shifts(values + 0.1 * noise(1, 56, weekdays=False))
    assert shifts.n[0] == 47
    assert shifts.position[0] == 33


def test_gaps_do_not_make_breaks() -> None:
    values = with_gaps(noise(5000, 56, phi=0.3), 0.3)
    assert np.mean(level_shifts(values).p_value < 0.05) < 0.05


def test_below_28_days_there_is_no_break() -> None:
    values = np.repeat([[0.0, 9.0]], 28, axis=1)
    values[0, :29] = np.nan
    assert np.isnan(level_shifts(values).p_value[0])


def test_what_never_changes_does_not_break() -> None:
    assert level_shifts(np.full((1, 56), 0.1 + 0.2)).p_value[0] == 1.0
