import numpy as np

from tracking_pipeline.analysis.statistics.ranking import ranking
from tracking_pipeline_tests.analysis.statistics.simulated import noise


def test_a_clear_order_is_ranked_with_narrow_intervals() -> None:
    values = 0.1 * noise(6, 28) + np.arange(6.0)[:, None]
    ranks = ranking(values, seed=1)
    assert ranks.rank.tolist() == [6, 5, 4, 3, 2, 1]
    assert ranks.rank_low.tolist() == ranks.rank_high.tolist() == ranks.rank.tolist()
    assert ranks.low[5] > ranks.group_mean


def test_among_equals_nobody_stands_out() -> None:
    # 100 groups of 14: seldom may anyone lie above the mean of all.
    clear = [np.mean(g.low > g.group_mean) for g in (
        ranking(noise(14, 28, phi=0.3, seed=seed, weekdays=False), seed=1) for seed in range(100)
    )]  # fmt: skip
    assert np.mean(clear) < 0.025


def test_the_noisy_are_drawn_further_towards_the_mean() -> None:
    values = np.tile(np.arange(6.0)[:, None], 28) + 0.1 * noise(6, 28, weekdays=False)
    values[5] += 8 * noise(1, 28, seed=5, weekdays=False)[0]
    ranks = ranking(values, seed=1)
    pulled = np.abs(ranks.mean - ranks.shrunk) / np.abs(ranks.mean - ranks.group_mean)
    assert np.argmax(pulled) == 5


def test_members_without_data_are_not_ranked_and_small_cohorts_not_at_all() -> None:
    values = noise(6, 28)
    values[2] = np.nan
    ranks = ranking(values, seed=1)
    assert np.isnan(ranks.rank).tolist() == [False, False, True, False, False, False]
    values[3] = np.nan
    assert np.isnan(ranking(values, seed=1).rank).all()


def test_the_same_seed_gives_the_same_intervals() -> None:
    values = noise(8, 28)
    first, second = ranking(values, seed=3), ranking(values, seed=3)
    assert first.rank_low.tolist() == second.rank_low.tolist()
    assert first.rank_high.tolist() == second.rank_high.tolist()
