"""Reads what an engineer did in a git repository, from what is on this machine of its history."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .store import RecorderError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_TIMEOUT_SECONDS = 900
# A hook runs with variables that point at its own repository and index, which we may not follow.
_OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")
# A partial clone would fetch what it lacks, and run what its owner has set for that. The fix of a
# fault follows from what git says, so git says it untranslated.
_LOCAL = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LANGUAGE": "C",
}
_OF_A_FETCH = ("promisor", "transport")
_HEADER = "commit"
_FORMAT = f"--format={_HEADER}%x09%H%x09%P%x09%aI%x09%aE"
# Said outright, for a user's configuration must not change what is counted.
_NUMSTAT = (
    *("--numstat", "-M", "--no-ext-diff", "--no-textconv", "--no-color", "--no-show-signature"),
    *("--use-mailmap", "--fixed-strings", "--regexp-ignore-case"),
)


class Commit(NamedTuple):
    """A commit or a merge of one engineer; a merge has no lines of its own."""

    commit_id: str
    metric_date: str
    is_merge: bool
    lines_added: int
    lines_deleted: int


class Repository:
    """A git repository, seen from any folder in it; raises RecorderError where there is none."""

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder).absolute()
        self.git_dir = self._path("--git-common-dir")

    def commits(self, addresses: Sequence[str], since: str = "") -> list[Commit]:
        """Return the commits of these authors from the date ``since`` on, each once.

        All branches, remote ones and tags, and what is checked out; not stashes. Dates are the
        author's own, addresses go through the .mailmap, a rename is no change of lines, a binary
        file has none. The oldest commits of a shallow clone are left out: git would take
        everything in them for new. A partial clone that lacks what one of them changed raises
        RecorderError: nothing is fetched.
        """
        mine = {self._mapped(address) for address in addresses}
        found = self._log(mine, since)
        oldest = self._boundary()
        return [
            commit
            for email, commit in found
            if email.casefold() in mine
            and commit.metric_date >= since
            and commit.commit_id not in oldest
        ]

    def hook(self, name: str) -> Path:
        """Return where git looks for this hook, by ``core.hooksPath`` or its own folder."""
        return self._path("--git-path", f"hooks/{name}")

    def is_rebasing(self) -> bool:
        """Whether commits are being written anew just now."""
        return self._path("--git-path", "rebase-merge").exists()

    def _log(self, mine: set[str], since: str) -> Iterator[tuple[str, Commit]]:
        authors = [f"--author=<{address}>" for address in sorted(mine)]
        # git asks the committer's date, which a rebase moves on: hardly before the author's.
        first = max(1, date.fromisoformat(since).toordinal() - 2) if since else 0
        start = [f"--since={date.fromordinal(first)}"] if first else []
        log = self._git("log", *_NUMSTAT, _FORMAT, *authors, *start, *self._tips(), "--")
        for record in f"\n{log}".split(f"\n{_HEADER}\t")[1:]:
            header, *numstat = record.split("\n")
            commit_id, parents, at, email = header.split("\t", 3)
            is_merge = " " in parents
            added, deleted = (0, 0) if is_merge else _lines(numstat)
            yield email, Commit(commit_id, at[:10], is_merge, added, deleted)

    def _tips(self) -> list[str]:
        """Every place that history is read from, as arguments of git log."""
        worktrees = self._git("worktree", "list", "--porcelain").split("\n")
        heads = [line[len("HEAD ") :] for line in worktrees if line.startswith("HEAD ")]
        # Where a branch and its remote copy have parted, the copy holds what was rewritten.
        branches = self._git(
            "for-each-ref", "--format=%(upstream:trackshort)%(upstream)", "refs/heads"
        )
        prefix = "<>refs/remotes/"
        parted = [line[len(prefix) :] for line in branches.split("\n") if line.startswith(prefix)]
        remotes = [*(f"--exclude={name}" for name in parted), "--remotes"]
        return [*remotes, "--branches", "--tags", *(head for head in heads if head.strip("0"))]

    def _boundary(self) -> set[str]:
        file = self._path("--git-path", "shallow")
        return set(file.read_text(encoding="ascii").split()) if file.exists() else set()

    def _mapped(self, address: str) -> str:
        return (
            self._git("check-mailmap", f"<{address}>").rpartition("<")[2].rstrip(">\n").casefold()
        )

    def _path(self, *question: str) -> Path:
        answer = self._git("rev-parse", *question).rstrip("\n")
        return (self._folder / answer).resolve()

    def _git(self, *arguments: str) -> str:
        inherited = {name: value for name, value in os.environ.items() if name not in _OF_A_HOOK}
        command = ("git", "-C", str(self._folder), "-c", "log.showRoot=true", *arguments)
        try:
            answer = subprocess.run(  # noqa: S603 - git, as it is installed
                command,
                env={**inherited, **_LOCAL},
                capture_output=True,
                timeout=_TIMEOUT_SECONDS,
                check=True,
            )
        except subprocess.CalledProcessError as error:
            reason = error.stderr.decode(errors="replace").strip()
            raise RecorderError(f"{self._folder}: {reason}. {_fix(reason)}") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise RecorderError(f"git: {error}. Install git 2.22 or newer") from error
        return answer.stdout.decode(errors="replace")


def _fix(reason: str) -> str:
    if any(word in reason for word in _OF_A_FETCH):
        return "Complete this partial clone: git fetch --refetch --no-filter"
    return "Name a git repository"


def _lines(numstat: Sequence[str]) -> tuple[int, int]:
    """Return the added and deleted lines; of a binary file git writes "-"."""
    pairs = [line.split("\t", 2)[:2] for line in numstat if line[:1].isdigit()]
    return sum(int(added) for added, _ in pairs), sum(int(deleted) for _, deleted in pairs)
