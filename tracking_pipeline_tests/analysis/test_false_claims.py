"""How often the product would claim what is not so, and miss what is: a company simulated often.

The rule: of 100 claims five may be false, and where nothing changes, five clients of 100 may
be told of a change.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from tracking_pipeline.analysis.sentences import adjusted
from tracking_pipeline.analysis.statistics.discovery import adjusted_p_values
from tracking_pipeline.analysis.statistics.level_shift import LevelShifts, level_shifts
from tracking_pipeline.analysis.statistics.means import daily_means
from tracking_pipeline.analysis.statistics.series import Array
from tracking_pipeline.analysis.statistics.trend import Trends, daily_trends
from tracking_pipeline.demo.company.plan import plan
from tracking_pipeline.demo.company.series import LAST_DAY, series
from tracking_pipeline_tests.analysis.statistics.simulated import WEEKDAYS, noise

SEEDS, CLIENTS, SERIES = 200, 3, 70
LEVEL = 40.0
ALLOWED = 0.05


def company(days: int, phi: float) -> Array:
    """Return 200 seeds x 3 clients x 14 engines x 5 metrics, none of which changes."""
    return LEVEL + noise(SEEDS * CLIENTS * SERIES, days, phi=phi)


def discovered(judge: Callable[[Array], Trends | LevelShifts], values: Array) -> Array:
    """Return which of the series would be claimed, as seeds and clients x series."""
    found = [judge(of_client) for of_client in np.split(values, SEEDS * CLIENTS)]
    p_values = np.concatenate([each.p_value for each in found])
    effects = np.concatenate([each.change for each in found])
    return of_families(p_values) & (np.abs(effects) > 0.05 * LEVEL).reshape(-1, SERIES)


def of_families(p_values: Array) -> Array:
    """Return what is significant among the series of its seed and client."""
    family = np.repeat(np.arange(len(p_values) // SERIES), SERIES)
    rows = pl.DataFrame({"family": family, "single_p": p_values})
    p_value = adjusted(rows, "single_p", ["family"])["p_value"].to_numpy()
    return np.asarray(p_value < 0.05).reshape(-1, SERIES)


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.6])
def test_of_a_company_that_does_not_change_next_to_nothing_is_said_to_go_up_or_down(
    phi: float,
) -> None:
    claims = discovered(daily_trends, company(28, phi))
    assert claims.mean() < 0.0025
    assert claims.any(axis=1).mean() < ALLOWED


@pytest.mark.parametrize("phi", [0.0, 0.3, 0.6])
def test_a_company_that_does_not_change_shifts_in_few_weeks(phi: float) -> None:
    assert discovered(level_shifts, company(56, phi)).any(axis=1).mean() < ALLOWED


def test_series_that_remember_more_than_their_client_s_others_are_claimed_no_more_often() -> None:
    values = company(28, 0.0)
    values[::5] = company(28, 0.6)[::5]
    assert discovered(daily_trends, values).any(axis=1).mean() < ALLOWED


@pytest.mark.parametrize(("phi", "power"), [(0.0, 0.98), (0.3, 0.5), (0.6, 0.005)])
def test_planted_changes_are_found_and_few_others_with_them(phi: float, power: float) -> None:
    values = company(28, phi)
    planted = np.zeros(len(values), dtype=bool).reshape(-1, SERIES)
    planted[:, :3] = True
    values[planted.ravel()] += np.linspace(0, 10, 28)
    claims = discovered(daily_trends, values)
    assert claims[planted].mean() > power
    assert claims[~planted].sum() <= ALLOWED * claims.sum()


@pytest.mark.parametrize("phi", [0.0, 0.3])
def test_of_means_at_their_benchmarks_next_to_none_is_said_to_be_better(phi: float) -> None:
    values = company(28, phi) - LEVEL - WEEKDAYS.mean()
    p_values, is_clear = [], []
    for of_client in np.split(values, SEEDS * CLIENTS):
        means = daily_means(of_client)
        p_values.append(means.p_above(np.zeros(SERIES)))
        is_clear.append(means.low > 0)
    claims = of_families(np.concatenate(p_values)) & np.array(is_clear)
    assert claims.any(axis=1).mean() < ALLOWED


@pytest.mark.parametrize("planted", [False, True])
def test_of_the_claims_on_the_demo_company_at_most_five_percent_are_false(*, planted: bool) -> None:
    changes = {(each.client_id, each.engine_id, each.metric) for each in plan().changes}
    n_true = n_false = n_told = 0
    for seed in range(SEEDS):
        for is_claimed, keys in claims_of_demo(seed, planted=planted):
            is_true = np.array([planted and key in changes for key in keys])
            n_true += int(np.sum(is_claimed & is_true))
            n_false += int(np.sum(is_claimed & ~is_true))
            n_told += bool(np.any(is_claimed & ~is_true))
    assert n_false <= ALLOWED * max(n_true, 1)
    assert n_told <= ALLOWED * SEEDS * CLIENTS
    assert (n_true > 3 * SEEDS) == planted


def claims_of_demo(seed: int, *, planted: bool) -> Iterator[tuple[Array, list[tuple[str, ...]]]]:
    """Yield of each client which of its series would be said to go up or down, and their keys."""
    days = series(seed, planted=planted, n_days=120).filter(
        pl.col("day") > LAST_DAY - timedelta(days=28)
    )
    names = ["client_id", "engine_id", "metric"]
    wide = days.sort("day").pivot(on="day", index=names, values="value")
    for client in wide.partition_by("client_id"):
        found = daily_trends(client.drop(names).to_numpy())
        is_large = np.abs(found.change) > ALLOWED * np.abs(found.level)
        is_significant = adjusted_p_values(found.p_value) < ALLOWED
        yield is_large & is_significant, client.select(names).rows()
