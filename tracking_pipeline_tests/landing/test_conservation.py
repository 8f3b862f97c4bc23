"""Deliver, append, rotate, copy, break, kill and retry in any order: nothing is lost or doubled."""

import shutil
import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import duckdb
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tracking_pipeline.landing.load import Reader
from tracking_pipeline_tests.landing.scenario import (
    NOW,
    drop,
    home,
    load_due,
    read_small,
    rows,
    words_of,
)

NAMES = st.sampled_from(["a", "b", "c/d"])
LINES = st.lists(
    st.sampled_from(["x 1 red", "x 1 blue", "y 2 red", "z 3 red", "broken", ""]), max_size=4
)


UNBALANCED = (
    "select * from landing.manifest where n_records <> "
    "n_accepted + n_duplicate + n_quarantined + n_blank + n_pending"
)


class _Killed(BaseException):
    """Stands for a kill: no handler of the product sees it."""


class Landing(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.settings = home(self.folder)
        self.files: dict[str, str] = {}
        self.delivered: set[str] = set()
        self.mtime = 0

    def teardown(self) -> None:
        self._load()
        expected = {words_of(line)[0] for line in self.delivered if words_of(line)}
        landed = rows(self.settings, "select record_id from landing.campaign_generation")
        assert sorted(row[0] for row in landed) == sorted(expected)
        shutil.rmtree(self.folder)

    @rule(name=NAMES, lines=LINES)
    def deliver(self, name: str, lines: list[str]) -> None:
        self._put(name, "".join(f"{line}\n" for line in lines))

    @rule(name=NAMES, lines=LINES)
    def append(self, name: str, lines: list[str]) -> None:
        self._put(name, self.files.get(name, "") + "".join(f"{line}\n" for line in lines))

    @rule(name=NAMES, cut=st.integers(1, 6))
    def leave_the_last_line_open(self, name: str, cut: int) -> None:
        self._put(name, self.files.get(name, "") + "w 4 green\n"[:cut])

    @rule(old=NAMES, new=NAMES)
    def rename(self, old: str, new: str) -> None:
        if old in self.files and old != new:
            self._put(new, self.files.pop(old))
            (self.settings.landing_dir / "engine_logs" / old).unlink()

    @rule()
    def load(self) -> None:
        self._load()

    @rule()
    def come_to_rest(self) -> None:
        self._load()
        for content in self.files.values():
            self.delivered.update(content.split("\n"))
        load_due(self.settings, now=NOW + timedelta(hours=2))
        assert rows(self.settings, UNBALANCED) == []

    @rule(point=st.sampled_from(["before", "after"]))
    def die_while_loading(self, point: str) -> None:
        def read(con: duckdb.DuckDBPyConnection, *args: object, **names: object) -> None:
            if point == "after":
                read_small(con, *args, **names)
            raise _Killed

        with suppress(_Killed):
            self._load(read)

    def _put(self, name: str, content: str) -> None:
        self.mtime += 1
        self.files[name] = content
        drop(self.settings, name, content, mtime=self.mtime)

    def _load(self, read: Reader | None = None) -> None:
        """Whatever lies there now was, or will be, taken in: a kill leaves it in the archive."""
        for content in self.files.values():
            self.delivered.update(content.split("\n")[:-1])
        load_due(self.settings, read)
        assert rows(self.settings, UNBALANCED) == []


Landing.TestCase.settings = hypothesis_settings(
    max_examples=5,
    stateful_step_count=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
TestLanding = Landing.TestCase
