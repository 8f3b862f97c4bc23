"""An engineer, a clock that stands still, and real repositories with plain git's own counts."""

import os
import sqlite3
import subprocess
from collections import defaultdict
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tracking_pipeline.collectors.recorder import TelemetryRecorder

ADA = "ada@engines.example"
ADA_AT_HOME = "ada@home.example"
BOB = "bob@engines.example"
TORONTO = ZoneInfo("America/Toronto")
NOON = datetime(2025, 11, 12, 12, 0, tzinfo=TORONTO)
NO_REPOSITORY: Any = object()

Counts = dict[str, tuple[int, int, int, int]]
COUNTED = ("commits_count", "prs_merged", "lines_added", "lines_deleted")


class Clock:
    """A clock that tells the same time until it is set."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        """Let real time pass: a clock of a zone with summer time jumps."""
        utc = self.now.astimezone(ZoneInfo("UTC")) + time
        self.now = utc.astimezone(self.now.tzinfo)


def recorder(folder: Path, clock: Clock | None = None) -> TelemetryRecorder:
    """The recorder of Ada, who has consented."""
    made = TelemetryRecorder(folder / "home", clock or Clock())
    made.setup_engineer_profile("Ada Lovelace", ADA, consent=True, git_addresses=[ADA_AT_HOME])
    return made


def rows(made: TelemetryRecorder, table: str, columns: str = "*") -> list[dict[str, Any]]:
    """What the database to deliver holds, as any other program would read it."""
    with closing(sqlite3.connect(made.home / "performance_telemetry.db")) as con:
        con.row_factory = sqlite3.Row
        return [dict(row) for row in con.execute(f"select {columns} from {table} order by id")]


def git_days(made: TelemetryRecorder) -> Counts:
    """The four figures that git counts, by date."""
    found = rows(made, "productivity_metrics")
    return {row["metric_date"]: tuple(row[name] for name in COUNTED) for row in found}


class Repo:
    """A real repository; every commit names its author and time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.exists():
            folder.mkdir()
            self.git("init", "--quiet", "--initial-branch=main")

    def clone(self, folder: Path, *options: str) -> "Repo":
        """Clone this repository as from another machine."""
        self.git("clone", "--quiet", *options, f"file://{self.folder}", str(folder))
        return Repo(folder)

    def git(self, *arguments: str, author: str = ADA, at: str = "2025-11-12T12:00:00-05:00") -> str:
        """Run git without any configuration but its own."""
        who = {"NAME": author.partition("@")[0], "EMAIL": author, "DATE": at}
        told = {f"GIT_{role}_{key}": who[key] for role in ("AUTHOR", "COMMITTER") for key in who}
        nothing = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        command = ("git", "-C", str(self.folder), *arguments)
        done = subprocess.run(
            command, env={**os.environ, **nothing, **told}, check=True, capture_output=True
        )
        return done.stdout.decode()

    def commit(self, name: str, content: str | bytes, author: str = ADA, at: str = "") -> None:
        """Write one file and commit it; ``at`` is the author's own time with its offset."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", f"Write {name}", author=author, **_told(at))

    def merge(self, *branches: str, author: str = ADA, at: str = "") -> None:
        """Merge branches into the one that is checked out, always by a merge commit."""
        message = f"Merge {' '.join(branches)}"
        self.git(
            "merge", "--quiet", "--no-ff", "-m", message, *branches, author=author, **_told(at)
        )

    def counts(self, *addresses: str, revisions: tuple[str, ...] = ("--all",)) -> Counts:
        """What plain git counts by the author's date: ids first, then one commit at a time."""
        days: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        for commit in sorted(set(self.git("rev-list", *revisions).split())):
            shown = self.git("log", "-1", "--format=%aE %ad", "--date=short", commit)
            email, day = shown.split()
            if email not in addresses:
                continue
            is_merge = len(self.git("rev-list", "--parents", "-1", commit).split()) > 2
            days[day][1 if is_merge else 0] += 1
            if not is_merge:
                stat = self.git("show", "--shortstat", "-M", "--format=", commit)
                for part in stat.split(","):
                    days[day][2] += int(part.split()[0]) if "insertion" in part else 0
                    days[day][3] += int(part.split()[0]) if "deletion" in part else 0
        return {day: (day_[0], day_[1], day_[2], day_[3]) for day, day_ in days.items()}


def _told(at: str) -> dict[str, str]:
    return {"at": at} if at else {}


def busy_repo(folder: Path) -> Repo:
    """Several authors, zones, branches, an octopus, a rename, a binary file, an empty commit."""
    repo = Repo(folder)
    repo.commit("first.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", at="2025-03-08T23:30:00-05:00")
    repo.commit("mail.txt", "a\nb\n", author=BOB, at="2025-03-09T01:59:00-05:00")
    repo.commit("spring.txt", "x\n", at="2025-03-09T03:01:00-04:00")
    repo.commit("india.txt", "y\nz\n", author=ADA_AT_HOME, at="2025-03-10T00:10:00+05:30")
    for branch, author in (("one", ADA), ("two", BOB), ("three", ADA)):
        repo.git("checkout", "--quiet", "-b", branch, "main")
        repo.commit(f"{branch}.txt", f"{branch}\n", author=author, at="2025-11-02T01:30:00-04:00")
    repo.git("checkout", "--quiet", "main")
    repo.merge("one", "two", "three", at="2025-11-02T01:30:00-05:00")
    repo.git("checkout", "--quiet", "-b", "side")
    repo.commit("first.txt", "1\n2\n3\nfour\n5\n6\n7\n8\n9\n", at="2025-11-03T09:00:00-05:00")
    repo.git("mv", "first.txt", "renamed.txt")
    repo.commit("binary.bin", bytes(range(256)), at="2025-11-03T10:00:00-05:00")
    repo.git("checkout", "--quiet", "main")
    repo.commit("main.txt", "m\n", author=BOB, at="2025-11-03T11:00:00-05:00")
    repo.merge("side", author=BOB, at="2025-11-04T09:00:00-05:00")
    empty = ("commit", "--quiet", "--allow-empty", "-m", "Nothing")
    repo.git(*empty, at="2025-11-05T09:00:00-05:00")
    repo.git("checkout", "--quiet", "-b", "unmerged", "main~1")
    repo.commit("open.txt", "o\n", at="2025-11-06T09:00:00-05:00")
    repo.git("checkout", "--quiet", "main")
    return repo


def execution(**changes: object) -> dict[str, Any]:
    return {"capability_name": "test_generation", "duration_ms": 3200, "success": True, **changes}
