"""The list of mutations: small changes that take a safeguard away or make a figure wrong."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

LIST = Path(__file__).parent
TESTS = Path(__file__).parents[1].name


class MutationError(Exception):
    """A mutation that is no mutation of the tree: culprit, reason, fix."""

    def __init__(self, culprit: str, reason: str, fix: str) -> None:
        super().__init__(f"{culprit} {reason}. {fix}")


@dataclass(frozen=True)
class Mutation:
    """``new`` instead of ``old`` in one file; ``tests``, below the tests' room, must fail of it.

    ``why`` says what users would lose. One that changes nothing that anyone could see says in
    ``equivalent`` why not.
    """

    room: str
    why: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    equivalent: str = ""

    def applied(self, tree: Path) -> str:
        """Return the mutated file of ``tree``; MutationError unless ``old`` stands in it once."""
        text = (tree / self.file).read_text(encoding="utf-8")
        times = text.count(self.old)
        if times != 1:
            reason = f"holds {self.old!r} {times} times"
            raise MutationError(self.file, reason, f"Correct the mutation in {self.room}.yml")
        return text.replace(self.old, self.new)


def mutations(folder: Path = LIST) -> list[Mutation]:
    """Return the mutations of every room, from one YAML file a room."""
    return [
        _mutation(file.stem, entry)
        for file in sorted(folder.glob("*.yml"))
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


def _mutation(room: str, entry: dict[str, Any]) -> Mutation:
    tests = tuple(f"{TESTS}/{test}" for test in entry["tests"])
    return Mutation(**{**entry, "room": room, "tests": tests})
