"""Words on the commits of a window."""

import pytest

from tracking_pipeline.analysis.velocity import VelocityWord, velocity

RISING = [float(day) for day in range(1, 29)]


@pytest.mark.parametrize(
    ("commits", "said"),
    [
        (RISING, "improving"),
        (RISING[::-1], "declining"),
        ([5.0] * 28, "stable"),
        ([3.0, 9.0, 1.0, 7.0, 5.0, 2.0, 8.0] * 4, "stable"),
        (
            [1.0, 9.0, 4.0, 2.0, 8.0, 3.0, 7.0, 5.0, 6.0, 1.0, 9.0, 2.0, 8.0, 4.0, 6.0],
            "no_evidence",
        ),
        (RISING[:13], "insufficient_data"),
        ([*RISING[:13], *[None] * 15], "insufficient_data"),
        ([0.0] * 28, "no_evidence"),
    ],
)
def test_a_direction_of_commits_is_tested(commits: list[float | None], said: VelocityWord) -> None:
    assert velocity(commits).word == said


def test_days_without_data_are_gaps_not_zeros() -> None:
    found = velocity([None if day % 7 > 4 else 5.0 for day in range(28)])
    assert (found.word, found.n) == ("stable", 20)
