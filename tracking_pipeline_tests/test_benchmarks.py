from pathlib import Path
from subprocess import CalledProcessError
from typing import Literal

import pytest

from tracking_pipeline_tests.benchmarks.ratio import HEAD, Ratio, python, run_process


@pytest.mark.parametrize(
    ("goal", "better", "said"),
    [
        (2.0, "at most", "NOT reached"),
        (3.0, "at most", "  reached"),
        (2.0, "at least", "  reached"),
        (3.0, "at least", "NOT reached"),
    ],
)
def test_a_goal_bounds_the_ratio(
    goal: float, better: Literal["at least", "at most"], said: str
) -> None:
    line = Ratio("work", 5.0, 2.0, "the yardstick", goal, better).line()
    assert "2.50" in line
    assert said in line


def test_a_ratio_without_a_goal_says_no_verdict() -> None:
    assert "reached" not in Ratio("work", 5.0, 2.0, "the yardstick").line()


def test_figures_stand_under_their_heads() -> None:
    line = Ratio("work", 1234.5, 50.0, "the yardstick", 30).line()
    assert line[: HEAD.index("ours") + 4].endswith("1,234 s")
    assert line[: HEAD.index("yardstick") + 9].endswith(" 50 s")
    assert line[: HEAD.index("ratio") + 5].endswith(" 24.69")


def test_a_program_that_fails_ends_the_benchmark_and_prints_nothing_of_its_own(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CalledProcessError):
        run_process(python("print('noise'); raise SystemExit(3)"), {}, tmp_path)
    assert not capfd.readouterr().out
    assert (tmp_path / "log").read_text() == "noise\n"
