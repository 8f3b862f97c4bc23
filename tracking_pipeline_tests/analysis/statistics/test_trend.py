import numpy as np
import pytest
from statsmodels.datasets import nile

from tracking_pipeline.analysis.statistics.trend import daily_trends
from tracking_pipeline_tests.analysis.statistics.simulated import noise, with_gaps

NILE = nile.load_pandas().data["volume"].to_numpy(float)[None]


def test_the_nile_has_its_published_score_and_slope() -> None:
    trends = daily_trends(NILE, season=1)
    assert (trends.score[0], trends.slope[0]) == (-1387.0, -2.6)
    assert trends.change[0] == pytest.approx(-2.6 * 99)
    assert trends.ci_low[0] < -2.6 * 99 < trends.ci_high[0] < 0


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("days", [28, 56])
def test_trendless_series_seem_to_have_a_trend_as_seldom_as_the_test_says(
    days: int, phi: float
) -> None:
    # Nominal 5 %; with 10,000 series one standard error is 0.2 points.
    share = np.mean(daily_trends(noise(10_000, days, phi=phi)).p_value < 0.05)
    assert 0.02 < share < 0.05


@pytest.mark.parametrize("phi", [0.0, 0.3])
def test_gaps_do_not_make_trends(phi: float) -> None:
    values = with_gaps(noise(5000, 28, phi=phi), 0.2)
    assert np.mean(daily_trends(values).p_value < 0.05) < 0.065


def test_a_planted_trend_is_found_and_its_size_is_in_the_interval() -> None:
    values = noise(2000, 28, phi=0.3) + np.linspace(0, 6, 28)
    trends = daily_trends(values)
    assert np.mean(trends.p_value < 0.05) > 0.9
    assert np.median(trends.change) == pytest.approx(6, abs=0.1)
    covered = (trends.ci_low < 6) & (trends.ci_high > 6)
    assert 0.9 < np.mean(covered) < 0.98


def test_the_weekdays_alone_change_nothing() -> None:
    plain = daily_trends(noise(50, 28, weekdays=False))
    patterned = daily_trends(noise(50, 28))
    np.testing.assert_allclose(plain.change, patterned.change, atol=1e-9)
    np.testing.assert_allclose(plain.p_value, patterned.p_value)


def test_below_fourteen_days_there_is_no_trend() -> None:
    values = np.tile(np.arange(28.0), (2, 1))
    values[0, 13:] = np.nan
    values[1, 14:] = np.nan
    trends = daily_trends(values)
    assert trends.n.tolist() == [13, 14]
    assert np.isnan(trends.p_value).tolist() == [True, False]


def test_what_never_changes_has_no_trend() -> None:
    trends = daily_trends(np.full((1, 28), 0.1 + 0.2))
    assert (trends.change[0], trends.p_value[0]) == (0.0, 1.0)


def test_of_each_other_series_take_their_memory_and_nothing_else() -> None:
    values = noise(5, 28)
    alone, together = daily_trends(values[[3]]), daily_trends(values)
    assert alone.p_value[0] != together.p_value[3]
    assert (alone.score[0], alone.change[0]) == (together.score[3], together.change[3])


def test_no_series_give_no_trends() -> None:
    assert daily_trends(np.empty((0, 28))).p_value.size == 0
