from collections.abc import Iterator

import numpy as np
import pytest

from tracking_pipeline.analysis.platforms import Duration, differences


def durations(platform: str, *factors: float, **capabilities: float) -> list[Duration]:
    """Each factor is an engineer, who takes that many times as long as the capabilities do."""
    return [
        Duration(platform, f"{platform}-{number}", name, factor * mean_ms)
        for number, factor in enumerate(factors)
        for name, mean_ms in capabilities.items()
    ]


def test_the_same_capabilities_are_compared_engineer_by_engineer() -> None:
    slow = durations("Windows", 1.96, 2.0, 2.04, review=100, docs=4000)
    fast = durations("Darwin", 0.98, 1.0, 1.02, review=100, docs=4000)
    (found,) = differences([*slow, *fast])
    assert (found.slow, found.fast, found.n_slow, found.n_fast) == ("Windows", "Darwin", 3, 3)
    assert found.share == pytest.approx(1.0)
    assert found.low < 1.0 < found.high
    assert found.is_supported


def test_a_mix_of_slower_capabilities_makes_no_slower_platform() -> None:
    known = [
        *durations("Windows", 0.9, 1.0, 1.1, docs=4000, review=100),
        *durations("Darwin", 0.9, 1.0, 1.1, review=100),
    ]
    (found,) = differences(known)
    assert found.share == pytest.approx(0.0)
    assert not found.is_supported


def test_two_engineers_are_no_platform() -> None:
    fast = durations("Darwin", 1.0, 1.05, 1.1, review=100)
    assert differences([*durations("Windows", 9.0, 9.1, review=100), *fast]) == ()
    assert len(differences([*durations("Windows", 9.0, 9.1, 9.2, review=100), *fast])) == 1


def test_platforms_without_a_capability_in_common_are_not_compared() -> None:
    known = [
        *durations("Windows", 1.0, 1.1, 1.2, docs=100),
        *durations("Darwin", 1.0, 1.1, 1.2, review=1),
    ]
    assert differences(known) == ()


def test_engineers_are_compared_whole_who_share_a_part_of_the_capabilities() -> None:
    # Every engineer of Windows takes twice as long; who uses what hides nothing of it.
    known = [
        Duration("Windows", "a", "review", 200),
        Duration("Windows", "a", "docs", 2000),
        Duration("Windows", "b", "review", 220),
        Duration("Windows", "c", "docs", 1800),
        Duration("Darwin", "d", "review", 100),
        Duration("Darwin", "e", "review", 110),
        Duration("Darwin", "e", "docs", 1100),
        Duration("Darwin", "f", "docs", 900),
    ]
    (found,) = differences(known)
    assert found.share == pytest.approx(1.0)
    assert found.low < 1.0 < found.high


def test_groups_without_a_capability_between_them_are_not_compared() -> None:
    known = [
        *durations("Windows", 1.0, 1.1, 1.2, review=100),
        *durations("Darwin", 1.0, 1.1, 1.2, review=100),
        Duration("Windows", "alone", "docs", 900),
        Duration("Darwin", "far", "docs", 300),
    ]
    assert differences(known) == ()


def test_engineers_who_differ_as_much_as_platforms_support_nothing() -> None:
    known = [
        *durations("Windows", 1.0, 2.0, 4.0, review=100),
        *durations("Darwin", 0.7, 1.5, 3.3, review=100),
    ]
    (found,) = differences(known)
    assert found.slow == "Windows"
    assert not found.is_supported


def test_p_values_are_adjusted_for_all_pairs() -> None:
    apart = durations("Windows", 1.4, 1.5, 1.6, review=100)
    near = durations("Darwin", 1.0, 1.1, 1.2, review=100)
    other = durations("Linux", 1.02, 1.1, 1.18, review=100)
    (alone,) = differences([*apart, *near])
    every = differences([*apart, *near, *other])
    assert len(every) == 3
    among = next(each for each in every if each.fast == "Darwin" and each.slow == "Windows")
    assert among.p_value == pytest.approx(3 * alone.p_value)
    assert among.low < alone.low < alone.high < among.high


def test_an_interval_leaves_out_0_only_where_the_difference_is_supported() -> None:
    # Of one pair p is 0.044: told alone it is supported, among three pairs it is not.
    slow = durations("Windows", 1.1, 1.25, 1.4, review=100)
    fast = durations("Darwin", 0.9, 0.95, 1.0, review=100)
    other = durations("Linux", 1.0, 1.1, 1.2, review=100)
    (alone,) = differences([*slow, *fast])
    every = differences([*slow, *fast, *other])
    assert [each.is_supported for each in (alone, *every)] == [True, False, False, False]
    assert [each.low > 0 for each in (alone, *every)] == [True, False, False, False]


@pytest.mark.parametrize(("n", "share"), [(3, 1.0), (10, 1.0), (10, 0.5)])
def test_engineers_who_differ_make_no_platform_slower(n: int, share: float) -> None:
    """3 engineers against n, logarithms of SD 0.3; each uses that share of 5 capabilities."""
    rng = np.random.default_rng(n)
    sides = ("Windows", 3), ("Darwin", n)
    found = [
        differences([d for s in sides for d in _engineers(rng, *s, share)]) for _ in range(800)
    ]
    assert np.mean([any(each.is_supported for each in one) for one in found]) < 0.085


def _engineers(rng: np.random.Generator, platform: str, n: int, share: float) -> Iterator[Duration]:
    for number in range(n):
        pace = rng.normal(0, 0.3)
        for name in rng.permutation(5)[: round(5 * share)]:
            duration = np.exp(5 + name + pace + rng.normal(0, 0.05))
            yield Duration(platform, f"{platform}-{number}", f"{name}", float(duration))
