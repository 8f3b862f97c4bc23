"""``python -m tracking_pipeline_tests.mutants [PART]``: which mutations the tests catch."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tracking_pipeline_tests.mutants.mutations import Mutation, MutationError, mutations
from tracking_pipeline_tests.mutants.run import (
    LEAST_CAUGHT_PERCENT,
    Outcome,
    caught_percent,
    copied,
    expect_green,
    outcome,
)

TREE = Path(__file__).parents[2]


def main() -> int:
    """Print a line a mutation and the share that was caught; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", nargs="?", default="", help="only files whose path holds this")
    part: str = parser.parse_args().part
    chosen = [each for each in mutations() if part in each.file]
    try:
        outcomes = _outcomes(chosen)
    except MutationError as error:
        _say(str(error))
        return 1
    return _summed_up(outcomes)


def _outcomes(chosen: Sequence[Mutation]) -> list[Outcome]:
    for each in chosen:
        each.applied(TREE)
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(TREE, Path(folder))
        expect_green(copy, chosen)
        outcomes = []
        for each in chosen:
            outcomes.append(found := outcome(copy, each))
            _say(f"{found.verdict:10}  {found.cpu_seconds:5.1f} s  {each.file}: {each.why}")
    return outcomes


def _summed_up(outcomes: Sequence[Outcome]) -> int:
    for found in outcomes:
        if found.verdict != "caught":
            each = found.mutation
            reason = found.told or each.equivalent or "no test fails"
            _say(f"\n{each.file}: {found.verdict}, {reason}\n- {each.old}\n+ {each.new}")
    verdicts = [found.verdict for found in outcomes]
    n_equivalent = verdicts.count("equivalent")
    percent = caught_percent(outcomes)
    cpu = sum(found.cpu_seconds for found in outcomes)
    _say(
        f"\n{verdicts.count('caught')} of {len(outcomes) - n_equivalent} mutations caught "
        f"({percent:.1f} %), {n_equivalent} equivalent, {cpu:.0f} CPU s"
    )
    return int(percent < LEAST_CAUGHT_PERCENT or "wrong" in verdicts)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
