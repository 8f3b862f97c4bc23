"""Reads what an engineer did in a git repository, from what is on this machine of its history."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from .git import COMPLETE, MEND, git

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_REFS = ("refs/heads", "refs/remotes", "refs/tags")
_REF = "%(objectname)%09%(refname)%09%(upstream:trackshort)%09%(upstream)"
_LOG = (
    *("--format=%H%x09%P%x09%ad%x09%cd%x09%aE", "--date=raw"),
    *("--use-mailmap", "--fixed-strings", "--regexp-ignore-case"),
)
# Without a limit on renames: beyond git's own, a renamed file is all deleted and all added.
_NUMSTAT = ("--stdin", "--root", "-r", "-M", "-l0", "--numstat")
# Of seconds beyond what it can hold git makes 0.
_STAMP = re.compile(r"([1-9]\d*) ([+-])(\d+)(\d\d)")
# No clock on earth is set further from UTC; a zone beyond is a program's mistake.
_ZONES = (timedelta(hours=-12), timedelta(hours=14))


class Commit(NamedTuple):
    """A commit or a merge of one engineer; a merge has no lines of its own."""

    commit_id: str
    metric_date: str
    is_merge: bool
    lines_added: int
    lines_deleted: int


class _History:
    """The commits below ``objects``, seen from an empty repository of our own in ``place``.

    It borrows nothing but the objects, so no configuration, attributes, grafts or replacements
    change what is counted: the user's, the repository's, or those that git learns next. A fault is
    the fault of the repository in ``folder``.
    """

    def __init__(self, folder: Path, objects: Path, place: Path) -> None:
        self._folder, self._place = folder, place
        self._fix = COMPLETE if any(objects.glob("pack/*.promisor")) else MEND
        self._alone = {
            **dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "GIT_DIR"), str(place)),
            **dict.fromkeys(("GIT_CONFIG_NOSYSTEM", "GIT_ATTR_NOSYSTEM"), "1"),
            "GIT_OBJECT_DIRECTORY": str(objects),
        }

    def create(self, object_format: str, oldest: Iterable[str], mailmap: str) -> None:
        """Make the repository; ``oldest`` are the commits at which the history is cut off."""
        # A git that does not know the question for the format returns it, and knows but one.
        told = ["--object-format=sha256"] if object_format == "sha256" else []
        self._git("init", "--quiet", "--bare", "--template=", *told)
        self._git("config", "mailmap.blob", mailmap)
        (self._place / "shallow").write_text("".join(f"{commit_id}\n" for commit_id in oldest))

    def commits(self, addresses: Sequence[str], tips: Iterable[str]) -> Iterator[Commit]:
        """Yield what is reachable from ``tips`` of these authors, without its lines."""
        mine = {self._mapped(address) for address in addresses}
        authors = [f"--author=<{address}>" for address in sorted(mine)]
        log = self._git("log", *_LOG, *authors, "--stdin", told="\n".join(tips))
        for line in log.splitlines():
            commit_id, parents, authored, committed, email = line.split("\t", 4)
            metric_date = _day(authored) or _day(committed)
            if metric_date and email.casefold() in mine:
                yield Commit(commit_id, metric_date, " " in parents, 0, 0)

    def with_lines(self, commits: Sequence[Commit]) -> list[Commit]:
        """Return the commits with their lines; a merge has none, nor a binary file ("-")."""
        told = "".join(f"{commit.commit_id}\n" for commit in commits if not commit.is_merge)
        lines: dict[str, tuple[int, int]] = {}
        commit_id = ""
        for line in self._git("diff-tree", *_NUMSTAT, told=told).splitlines():
            added, *rest = line.split("\t")
            if not rest:
                commit_id = line
            elif added != "-":
                before = lines.get(commit_id, (0, 0))
                lines[commit_id] = (before[0] + int(added), before[1] + int(rest[0]))
        return [
            commit._replace(lines_added=added, lines_deleted=deleted)
            for commit in commits
            for added, deleted in [lines.get(commit.commit_id, (0, 0))]
        ]

    def _mapped(self, address: str) -> str:
        answer = self._git("check-mailmap", f"<{address}>")
        return answer.rpartition("<")[2].rstrip(">\n").casefold()

    def _git(self, *arguments: str, told: str = "") -> str:
        return git(self._folder, *arguments, told=told, alone=self._alone, fix=self._fix)


class Repository:
    """A git repository, seen from any folder in it; raises RecorderError where there is none."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder).absolute()
        self.git_dir = self._path("--git-common-dir")

    def commits(self, addresses: Sequence[str], since: str = "") -> list[Commit]:
        """Return the commits of these authors from the date ``since`` on, each once.

        All branches, remote ones and tags, and what is checked out; not stashes. Dates are the
        author's own, addresses go through the committed .mailmap, a rename is no change of lines,
        a binary file has none; a co-author has no part in it. The oldest commits of a shallow
        clone are left out: git would take everything in them for new. A partial clone that lacks
        what one of them changed raises RecorderError: nothing is fetched.
        """
        tips, oldest = self._tips(), self._boundary()
        if not tips:
            return []
        with self._history(oldest) as history:
            found = [
                commit
                for commit in history.commits(addresses, tips)
                if commit.metric_date >= since and commit.commit_id not in oldest
            ]
            return history.with_lines(found)

    def hook(self, name: str) -> Path:
        """Return where git looks for this hook, by ``core.hooksPath`` or its own folder."""
        return self._path("--git-path", f"hooks/{name}")

    def is_rebasing(self) -> bool:
        """Whether commits are being written anew just now."""
        return self._path("--git-path", "rebase-merge").exists()

    @contextmanager
    def _history(self, oldest: Iterable[str]) -> Iterator[_History]:
        object_format = self._git("rev-parse", "--show-object-format").strip()
        mailmap = self._git("cat-file", "--batch-check=%(objectname)", told="HEAD:.mailmap")
        with TemporaryDirectory() as place:
            history = _History(self._folder, self._path("--git-path", "objects"), Path(place))
            history.create(object_format, oldest, mailmap.split()[0])
            yield history

    def _tips(self) -> list[str]:
        """Return every commit that history is read from."""
        worktrees = self._git("worktree", "list", "--porcelain").splitlines()
        heads = [line[len("HEAD ") :] for line in worktrees if line.startswith("HEAD ")]
        answer = self._git("for-each-ref", f"--format={_REF}", *_REFS)
        refs = [line.split("\t") for line in answer.splitlines()]
        # Where a branch and its remote copy have parted, the copy holds what was rewritten.
        parted = {
            upstream
            for _, name, track, upstream in refs
            if track == "<>" and upstream.split("/")[3:] == name.split("/")[2:]
        }
        named = [commit_id for commit_id, name, *_ in refs if name not in parted]
        return [*named, *(head for head in heads if head.strip("0"))]

    def _boundary(self) -> set[str]:
        file = self._path("--git-path", "shallow")
        return set(file.read_text(encoding="ascii").split()) if file.exists() else set()

    def _path(self, *question: str) -> Path:
        answer = self._git("rev-parse", *question).rstrip("\n")
        return (self._folder / answer).resolve()

    def _git(self, *arguments: str, told: str = "") -> str:
        return git(self._folder, *arguments, told=told)


def _day(stamp: str) -> str:
    """Return the date of git's seconds and zone, in that zone; "" of what cannot be read."""
    found = _STAMP.fullmatch(stamp)
    if not found:
        return ""
    seconds, sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(sign + hours), minutes=int(sign + minutes))
    zone = timezone(offset if _ZONES[0] <= offset <= _ZONES[1] else timedelta())
    with suppress(OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(int(seconds), zone).date().isoformat()
    return ""
