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


def test_one_engineer_is_no_platform() -> None:
    known = [*durations("Windows", 9.0, review=100), *durations("Darwin", 1.0, 1.1, review=100)]
    assert differences(known) == ()


def test_platforms_without_a_capability_in_common_are_not_compared() -> None:
    known = [*durations("Windows", 1.0, 1.1, docs=100), *durations("Darwin", 1.0, 1.1, review=1)]
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
    assert among.p_value > alone.p_value
