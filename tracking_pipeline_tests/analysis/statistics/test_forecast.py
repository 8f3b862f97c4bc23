import numpy as np
import pytest
from statsmodels.tsa.forecasting.theta import ThetaModel

from tracking_pipeline.analysis.statistics.forecast import total_forecasts
from tracking_pipeline_tests.analysis.statistics.simulated import noise


def test_a_week_that_repeats_itself_is_forecast_exactly() -> None:
    week = np.arange(1.0, 8.0)
    forecasts = total_forecasts(np.tile(week, 6)[None], 10)
    assert forecasts.value[0] == pytest.approx(28 + 1 + 2 + 3)
    assert forecasts.low_95[0] == pytest.approx(forecasts.high_95[0])


@pytest.mark.parametrize("phi", [0.0, 0.3])
def test_the_intervals_hold_what_happened_as_often_as_they_say(phi: float) -> None:
    values = 20 + noise(1500, 150, phi=phi)
    forecasts = total_forecasts(values[:, :120], 30)
    happened = values[:, 120:].sum(axis=1)
    in_80 = (forecasts.low_80 <= happened) & (happened <= forecasts.high_80)
    in_95 = (forecasts.low_95 <= happened) & (happened <= forecasts.high_95)
    assert 0.75 < np.mean(in_80) < 0.87
    assert 0.9 < np.mean(in_95) < 0.98


@pytest.mark.parametrize(("planted", "method"), [(0.0, "exponential smoothing"), (0.1, "Theta")])
def test_the_method_that_erred_least_is_chosen(planted: float, method: str) -> None:
    values = noise(100, 120) + planted * np.arange(120)
    forecasts = total_forecasts(values, 30)
    assert sum(each == method for each in forecasts.method) > 70
    assert np.mean(forecasts.mase) < 1.5


def test_theta_is_that_of_statsmodels() -> None:
    values = noise(20, 126, phi=0.6, weekdays=False) + np.arange(126.0)
    forecasts = total_forecasts(values, 28)
    theirs = [ThetaModel(row, period=1, deseasonalize=False).fit() for row in values]
    expected = np.array([each.forecast(28).sum() for each in theirs])
    assert set(forecasts.method) == {"Theta"}
    # The smoothing is sought on another grid, and weekdays are taken from noise alone.
    assert abs(np.mean(forecasts.value / expected - 1)) < 0.002
    assert forecasts.value == pytest.approx(expected, rel=0.02)


def test_a_forecast_without_a_past_to_be_judged_by_is_refused() -> None:
    few = total_forecasts(noise(1, 27), 30)
    gaps = noise(1, 40)
    gaps[0, 5:20] = np.nan
    for forecasts in (few, total_forecasts(gaps, 30)):
        assert forecasts.method == (None,)
        assert np.isnan([forecasts.value[0], forecasts.low_80[0]]).all()


def test_with_few_past_errors_the_wide_interval_is_left_open() -> None:
    # 28 days, 14 learnt, errors over 7: 8 of them know 80 % (the 8th), not 95 % (a 9th).
    forecasts = total_forecasts(noise(1, 28), 30)
    assert np.isfinite(forecasts.high_80[0])
    assert np.isnan(forecasts.high_95[0])
