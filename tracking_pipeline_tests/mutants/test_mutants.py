from pathlib import Path

import pytest

from tracking_pipeline_tests.mutants.mutations import Mutation, MutationError, mutations
from tracking_pipeline_tests.mutants.run import caught_percent, copied, expect_green, outcome

ROOT = Path(__file__).parents[2]
ROOMS = {
    *("analysis", "cli", "collectors", "defs", "delivery", "landing", "pipeline", "portal"),
    *("quality", "reports", "sources", "state", "transform", "warehouse"),
}
FEWEST = 60


def test_the_list_reaches_into_every_room() -> None:
    files = [Path(mutation.file).parts for mutation in mutations()]
    assert len(files) >= FEWEST
    assert {parts[1] for parts in files if parts[0] == "tracking_pipeline"} >= ROOMS
    assert {parts[1] for parts in files if parts[0] == "dbt_like_sql"} >= {"macros", "models"}


@pytest.mark.parametrize("room", sorted({mutation.room for mutation in mutations()}))
def test_each_mutation_fits_once_and_its_tests_are_there(room: str) -> None:
    for mutation in (each for each in mutations() if each.room == room):
        assert mutation.applied(ROOT) != (ROOT / mutation.file).read_text(encoding="utf-8")
        for test in mutation.tests:
            file, _, name = test.partition("::")
            assert f"def {name}" in (ROOT / file).read_text(encoding="utf-8")


CODE = "def is_more(a: int, b: int) -> bool:\n    return a > b\n"
TEST = "from code_under_test import is_more\n\n\ndef test_it() -> None:\n    assert is_more(2, 1)\n"


def tree(folder: Path) -> Path:
    made = folder / "made"
    made.mkdir(parents=True)
    (made / "code_under_test.py").write_text(CODE)
    (made / "test_it.py").write_text(TEST)
    return copied(made, folder)


def mutation(old: str, new: str, equivalent: str = "") -> Mutation:
    tests = ("test_it.py",)
    return Mutation("room", "it matters", "code_under_test.py", old, new, tests, equivalent)


def test_a_mutation_is_caught_when_its_tests_fail_and_the_copy_is_left_as_it_was(
    tmp_path: Path,
) -> None:
    copy = tree(tmp_path)
    given = [
        mutation("a > b", "a < b"),
        mutation("a > b", "a >= b"),
        mutation("a > b", "b < a", "it says the same"),
        mutation("a > b", "a < b", "it says the same"),
        mutation("a > b", "a >"),
        mutation("return a > b", "import os; os._exit(1)"),
    ]
    expect_green(copy, given)
    found = [outcome(copy, each) for each in given]
    assert [each.verdict for each in found] == [
        *("caught", "survived", "equivalent", "wrong", "wrong", "wrong")
    ]
    assert caught_percent(found[:3]) == 50
    assert (copy / "code_under_test.py").read_text() == CODE
    expect_green(copy, given)


def test_a_mutation_that_fits_nowhere_or_twice_is_named(tmp_path: Path) -> None:
    for old, times in (("a == b", 0), ("int", 2)):
        with pytest.raises(
            MutationError, match=f"holds '{old}' {times} times. Correct the mutation"
        ):
            mutation(old, "b").applied(tree(tmp_path / str(times)))


def test_tests_that_fail_without_a_mutation_are_told(tmp_path: Path) -> None:
    copy = tree(tmp_path)
    (copy / "test_it.py").write_text(TEST.replace("assert", "assert not"))
    with pytest.raises(MutationError, match="fail without any mutation"):
        expect_green(copy, [mutation("a > b", "a < b")])
