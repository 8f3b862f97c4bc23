"""The git hooks that count a commit or merge soon after it was made."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .store import RecorderError

if TYPE_CHECKING:
    from .git_history import Repository

_HOOKS = ("post-commit", "post-merge")
_MARK = "# telemetry recorder"
_SHELLS = frozenset(("sh", "bash", "dash", "zsh", "ksh"))


def hook_line(home: Path) -> str:
    """Return the one line of a shell hook: in the background, silent, whatever happens."""
    program = shlex.join((sys.executable, str(Path(__file__).parent), "--home", str(home), "hook"))
    return f"({program} </dev/null >/dev/null 2>&1 &) {_MARK}"


def install(repository: Repository, home: Path) -> list[Path]:
    """Write that line into the hooks of ``repository``, after the first line; return the files.

    A hook that is there keeps its lines; one that is no shell script raises RecorderError, and
    then nothing is changed. Installing again changes nothing but the line.
    """
    files = [repository.hook(name) for name in _HOOKS]
    texts = [_with_line(file, hook_line(home)) for file in files]
    try:
        for file, text in zip(files, texts):  # noqa: B905 - Python 3.9 knows no strict
            _replace(file, text)
    except OSError as error:
        raise RecorderError(f"{error.filename}: {error.strerror}. See its mode") from error
    return files


def _with_line(file: Path, line: str) -> str:
    """Return the hook's text with ``line`` as its first, for a script may end anywhere."""
    if not file.exists():
        return f"#!/bin/sh\n{line}\n"
    first, *rest = os.fsdecode(file.read_bytes()).split("\n")
    if _SHELLS.isdisjoint(Path(word).name for word in first[len("#!") :].split()):
        raise RecorderError(f"{file}: is no shell script. Let it run: {line}")
    return "\n".join((first, line, *(old for old in rest if not old.endswith(_MARK))))


def _replace(file: Path, text: str) -> None:
    """Replace a hook that may be running, keeping its mode, and let it be executed."""
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = file.stat().st_mode if file.exists() else 0o644
    partial = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    partial.write_bytes(os.fsencode(text))
    partial.chmod(mode | 0o111)
    partial.replace(file)
