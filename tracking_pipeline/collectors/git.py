"""Runs git, as it is installed and kept from every network, and says what went wrong."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from .store import RecorderError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TIMEOUT_SECONDS = 900
# A hook runs with variables that point at its own repository and index, and a user's change what
# git counts. Of git's variables only those stay that say where a repository may be found.
_KEPT = ("GIT_CONFIG", "GIT_CEILING", "GIT_DISCOVERY")
# A partial clone would fetch what it lacks, and run what its owner has set for that. The fix of a
# fault follows from what git says, so git says it untranslated.
_LOCAL = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LANGUAGE": "C",
}
_IGNORED = "ignoring "
_FIXES = {
    "not a git repository": "Name a git repository, or a folder in one",
    "cannot change to": "Name a folder that is there and that you may enter",
    "dubious ownership": "Do so if you trust its owner",
    "bad config": "Mend that line of git's configuration",
    "broken name": "It is no branch and no tag, perhaps a sync program's copy: delete that file",
    "broken ref": "Write into that file the commit that it named (git reflog), or delete it",
    "Permission denied": "See its owner and mode",
}
COMPLETE = "Complete this partial clone: git fetch --refetch --no-filter"
MEND = "Mend the repository: git fsck names what is damaged or missing"


def git(
    folder: Path,
    *arguments: str,
    told: str = "",
    alone: Mapping[str, str] | None = None,
    fix: str = MEND,
) -> str:
    """Return what git answers in ``folder`` when it is ``told`` this; raises RecorderError.

    ``alone`` are variables besides which git knows none of its own; ``fix`` is what helps against
    a fault that is not known here.
    """
    kept = () if alone else _KEPT
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(kept)
    }
    try:
        done = subprocess.run(  # noqa: S603 - git, as it is installed
            ("git", "-C", str(folder), *arguments),  # noqa: S607 - likewise
            env={**inherited, **_LOCAL, **(alone or {})},
            input=told.encode(),
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    except OSError as error:
        raise RecorderError(f"git: {error.strerror}. Install git 2.22 or newer") from error
    except subprocess.TimeoutExpired as error:
        fault = f"git {arguments[0]} took longer than {_TIMEOUT_SECONDS} s"
        raise RecorderError(f"{folder}: {fault}. Run it while less else is running") from error
    said = " ".join(done.stderr.decode(errors="replace").split())
    if done.returncode or _IGNORED in said:
        reason = said.replace("warning: ", "").replace("fatal: ", "").rstrip(".")
        known = (_FIXES[words] for words in _FIXES if words in reason)
        raise RecorderError(f"{folder}: {reason}. {next(known, fix)}")
    return done.stdout.decode(errors="replace")
