"""What lies in the landing folder: files that are read, and what never is and why."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.registry import SOURCES

_PARTIAL = (".part", ".partial", ".tmp", ".crdownload")
# What bears the mark of an unfinished file for longer is not being written any more.
_WRITTEN_WITHIN = timedelta(hours=1)


@dataclass(frozen=True)
class Unread:
    """A file or folder that is never read, by its path, and the reason as a predicate."""

    path: str
    reason: str

    def __str__(self) -> str:
        name = os.fsencode(self.path).decode(errors="backslashreplace")
        return f"{name} ({self.reason})"


def why_unread(name: str, *, is_folder: bool = False) -> str | None:
    """Return why nothing of this name is ever read; None when it is."""
    if name.startswith("."):
        return "is hidden"
    if not _is_utf8(name):
        return "has a name that is not UTF-8"
    if not is_folder and name.lower().endswith(_PARTIAL):
        return f"is marked as unfinished by {Path(name).suffix}"
    return None


def lying_in(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield each whole file below ``folder`` by its path there."""
    for path, seen in _walk(folder):
        if not isinstance(seen, str):
            yield path, seen


def never_read(settings: Settings, now: datetime) -> list[Unread]:
    """Return what lies in the landing folder and is never read, by path.

    What bears the mark of an unfinished file counts when nobody has written to it for an hour.
    """
    found = [
        Unread(entry.name, why_unread(entry.name, is_folder=True) or "belongs to no source")
        for entry in _entries(settings.landing_dir)
        if entry.name not in SOURCES or not entry.is_dir(follow_symlinks=False)
    ]
    for source in SOURCES:
        folder = settings.landing_dir / source
        found += [
            Unread(f"{source}/{path}", reason)
            for path, reason in _walk(folder)
            if isinstance(reason, str) and not _is_being_written(folder / path, now)
        ]
    return sorted(found, key=lambda each: os.fsencode(each.path))


def _walk(folder: Path) -> Iterator[tuple[str, os.stat_result | str]]:
    """Yield each file below ``folder``, or why it is not read; folders only for the latter."""
    pending = [] if folder.is_symlink() else [""]
    while pending:
        prefix = pending.pop()
        for entry in _entries(folder / prefix):
            path = prefix + entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            reason = why_unread(entry.name, is_folder=is_folder)
            if reason is not None:
                yield path, reason
            elif is_folder:
                pending.append(f"{path}/")
            else:
                yield from _seen(entry, path)


def _seen(entry: os.DirEntry[str], path: str) -> Iterator[tuple[str, os.stat_result | str]]:
    """Yield a file, or why it is none; nothing when it is gone."""
    with suppress(FileNotFoundError):
        seen = entry.stat(follow_symlinks=False)
        if stat.S_ISREG(seen.st_mode):
            yield path, seen
        else:
            is_link = stat.S_ISLNK(seen.st_mode)
            yield path, "is a symbolic link" if is_link else "is no regular file"


def _is_being_written(file: Path, now: datetime) -> bool:
    if not file.name.lower().endswith(_PARTIAL):
        return False
    with suppress(OSError):
        return now.timestamp() - file.lstat().st_mtime < _WRITTEN_WITHIN.total_seconds()
    return True


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what lies in a folder; nothing when it is gone."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
