import numpy as np
from scipy.stats import false_discovery_control

from tracking_pipeline.analysis.statistics.discovery import adjusted_p_values


def test_adjusted_p_values_are_those_of_benjamini_and_hochberg() -> None:
    p_values = np.random.default_rng(1).random(200) ** 3
    np.testing.assert_allclose(adjusted_p_values(p_values), false_discovery_control(p_values))


def test_what_was_not_tested_counts_for_nothing() -> None:
    # By hand: 0.01·2/1 = 0.02 and 0.04·2/2 = 0.04.
    adjusted = adjusted_p_values(np.array([0.04, np.nan, 0.01]))
    np.testing.assert_allclose(adjusted, [0.04, np.nan, 0.02])
