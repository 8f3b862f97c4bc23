"""How often the product would claim what is not so, and miss what is: a company simulated often."""

import numpy as np
import polars as pl
import pytest

from tracking_pipeline.analysis.sentences import adjusted
from tracking_pipeline.analysis.statistics.level_shift import level_shifts
from tracking_pipeline.analysis.statistics.series import Array
from tracking_pipeline.analysis.statistics.trend import daily_trends
from tracking_pipeline_tests.analysis.statistics.simulated import noise

SEEDS, CLIENTS, SERIES = 200, 3, 70
LEVEL = 40.0


def company(days: int, phi: float) -> Array:
    """Return 200 seeds x 3 clients x 14 engines x 5 metrics, none of which changes."""
    return LEVEL + noise(SEEDS * CLIENTS * SERIES, days, phi=phi)


def discovered(p_values: Array, effects: Array) -> Array:
    """Return which of the series would be claimed, as seeds and clients x series."""
    family = np.repeat(np.arange(len(p_values) // SERIES), SERIES)
    rows = pl.DataFrame({"family": family, "single_p": p_values})
    p_value = adjusted(rows, "single_p", ["family"])["p_value"].to_numpy()
    is_claimed = (p_value < 0.05) & (np.abs(effects) > 0.05 * LEVEL)
    return np.asarray(is_claimed.reshape(-1, SERIES))


# Days that remember much leave few independent ones: their rarest p-values are the least sure.
@pytest.mark.parametrize(("phi", "clients"), [(0.0, 0.05), (0.3, 0.07), (0.6, 0.13)])
def test_of_a_company_that_does_not_change_next_to_nothing_is_claimed(
    phi: float, clients: float
) -> None:
    trends = daily_trends(company(28, phi))
    claims = discovered(trends.p_value, trends.change)
    assert claims.mean() < 0.0025
    assert claims.any(axis=1).mean() < clients


@pytest.mark.parametrize("phi", [0.0, 0.3])
def test_a_company_that_does_not_change_shifts_in_few_weeks(phi: float) -> None:
    shifts = level_shifts(company(56, phi))
    assert discovered(shifts.p_value, shifts.change).any(axis=1).mean() < 0.06


@pytest.mark.parametrize(("phi", "power"), [(0.0, 0.9), (0.3, 0.5)])
def test_planted_changes_are_found_and_few_others_with_them(phi: float, power: float) -> None:
    values = company(28, phi)
    planted = np.zeros(len(values), dtype=bool).reshape(-1, SERIES)
    planted[:, :3] = True
    values[planted.ravel()] += np.linspace(0, 10, 28)
    trends = daily_trends(values)
    claims = discovered(trends.p_value, trends.change)
    assert claims[planted].mean() > power
    assert claims[~planted].sum() / claims.sum() < 0.08
