import numpy as np
import pytest

from tracking_pipeline.analysis.capabilities import SURE, Outcomes, p_below


def test_a_rate_is_judged_by_how_its_engineers_differ() -> None:
    # 160 of 200 succeed: 0.8. Of 40 each the residuals are 8, 4, 0, -4, -8: leaving one out
    # changes the rate by these / 160; the error is root(4 / 5 x 0.00625) = 0.070711,
    # t(4) = -0.1 / 0.070711 = -1.414214, p = 0.115100
    (found,) = p_below([[Outcomes(40, rate) for rate in (1.0, 0.9, 0.8, 0.7, 0.6)]], 0.9)
    assert found == pytest.approx(0.1151, abs=1e-4)


def test_engineers_who_agree_leave_the_chance_of_executions() -> None:
    # root(0.9 x 0.1 / 250) = 0.018974; t(4) = -0.1 / 0.018974 = -5.2705, p = 0.0031
    (sure,) = p_below([[Outcomes(50, 0.8)] * 5], 0.9)
    (open_,) = p_below([[Outcomes(1, 0.8)] * 5], 0.9)
    assert sure == pytest.approx(0.0031, abs=1e-4)
    assert open_ is not None
    assert open_ > SURE


def test_p_values_are_adjusted_over_the_capabilities_that_are_tested() -> None:
    low, high, few = ([Outcomes(50, rate)] * k for rate, k in ((0.8, 5), (0.95, 5), (0.1, 4)))
    (alone,), (among, above, untested) = p_below([low], 0.9), p_below([low, high, few], 0.9)
    assert untested is None
    assert alone is not None
    assert above is not None
    assert among == pytest.approx(2 * alone)
    assert above > SURE


def test_no_capability_is_no_test() -> None:
    assert p_below([], 0.9) == []


@pytest.mark.parametrize("k", [5, 12])
def test_engineers_who_differ_make_no_capability_fail_at_the_line(k: int) -> None:
    """Rates of mean 0.9 and SD 0.035, executions as uneven as engineers are: nothing is below."""
    rng = np.random.default_rng(k)
    found = [p_below([_engineers(rng, k)], 0.9)[0] for _ in range(3000)]
    assert np.mean([p is not None and p < SURE for p in found]) <= 0.06


def _engineers(rng: np.random.Generator, k: int) -> list[Outcomes]:
    sizes = np.maximum(1, 300 * rng.lognormal(0, 0.8, k)).astype(int)
    n_of_rate = 0.9 * 0.1 / 0.035**2 - 1
    rates = rng.beta(0.9 * n_of_rate, 0.1 * n_of_rate, k)
    successes = rng.binomial(sizes, rates)
    return [Outcomes(int(n), int(s) / int(n)) for n, s in zip(sizes, successes, strict=True)]
