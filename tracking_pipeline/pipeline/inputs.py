"""What is delivered to the landing folder: given files, the shipped inputs, the demo company."""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from tracking_pipeline.errors import LandingError, disk_full
from tracking_pipeline.landing.folder import Unread, why_unread
from tracking_pipeline.pipeline.clock import now_utc
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.sources.streams import open_regular

SHIPPED_LOGS = Path(__file__).parents[1] / "demo" / "engine_logs"
_REAL_LOGS = ("production_logs", "brain_trace_logs", "database_logs")
REAL_INPUTS = {
    "engine_logs": [SHIPPED_LOGS / name for name in _REAL_LOGS],
    "uptime": [SHIPPED_LOGS.parent / "uptime"],
    "telemetry": [SHIPPED_LOGS.parent / "telemetry"],
}


@dataclass(frozen=True)
class Delivered:
    """Where given files lie now, by source and path there, and what was left out of folders."""

    places: frozenset[tuple[str, str]]
    left_out: tuple[Unread, ...]


def deliver(settings: Settings, paths: Sequence[Path], source: str) -> Delivered:
    """Copy files and folders into the landing folder of ``source`` as if dropped there.

    A file that is state (`Default.is_rewritten`) replaces its older version. No other file does:
    where its name is taken by other bytes, it gets a folder of its own. A single file goes to the
    place that its source has for files of its name. What is never read is left out of folders;
    LandingError for a path that is named itself and cannot be read.
    """
    if source not in SOURCES:
        known = ", ".join(sorted(SOURCES))
        raise LandingError(source, "is no source", f"The sources are: {known}")
    for path in paths:
        _expect_readable(path)
    places, left_out = set(), []
    for path in paths:
        if path.is_dir():
            room = path.resolve().name
            for file, reason in _inside(path):
                if reason is None:
                    places.add(_place(settings, source, file, room / file.relative_to(path)))
                else:
                    left_out.append(Unread(str(file), reason))
        else:
            place = Path(SOURCES[source].place(path.name))
            places.add(_place(settings, source, path, place))
    named = frozenset((source, place.as_posix()) for place in places)
    return Delivered(named, tuple(left_out))


def deliver_demo(settings: Settings, part: Literal["on_time", "late"]) -> None:
    """Deliver a part of the demo company's files to a home that is, or now becomes, a demo."""
    # A second of imports, for demos alone.
    from tracking_pipeline.demo.company.files import write_company  # noqa: PLC0415
    from tracking_pipeline.demo.home import mark_as_demo  # noqa: PLC0415

    company = mark_as_demo(settings, now_utc())
    with TemporaryDirectory() as folder:
        write_company(company, Path(folder))
        for source in sorted(Path(folder, part).iterdir()):
            deliver(settings, sorted(source.iterdir()), source.name)


def _expect_readable(path: Path) -> None:
    if not path.is_dir() and not path.is_file():
        raise LandingError(str(path), "is neither a file nor a folder", "Check the path")
    reason = why_unread(
        path.resolve().name if path.is_dir() else path.name, is_folder=path.is_dir()
    )
    if reason is not None:
        raise LandingError(str(path), f"{reason}, and such are never read", "Rename it")


def _inside(folder: Path) -> Iterator[tuple[Path, str | None]]:
    """Yield the files at any depth of a folder, and why one is not read; folders only then."""
    for path in sorted(folder.iterdir()):
        is_folder = path.is_dir()
        reason = why_unread(path.name, is_folder=is_folder)
        if reason is None and is_folder:
            yield from [(path, "links to a folder")] if path.is_symlink() else _inside(path)
        elif reason is None and not path.is_file():
            yield path, "is no regular file"
        else:
            yield path, reason


def _place(settings: Settings, source: str, file: Path, place: Path) -> Path:
    """Copy one file, unless the same bytes lie there already, and return where it lies."""
    try:
        return _placed(settings.landing_dir / source, source, file, place)
    except OSError as error:
        if disk_full(error) is not None:
            raise
        reason = f"cannot be read or copied ({error.strerror})"
        fix = "Correct its owner or mode, or remove what lies in its place"
        raise LandingError(str(error.filename or file), reason, fix) from error


def _placed(room: Path, source: str, file: Path, place: Path) -> Path:
    with open_regular(file, is_link_followed=True) as given:
        digest = hashlib.file_digest(given, "sha256").hexdigest()
        if (room / place).exists() and _digest(room / place) == digest:
            return place
        if (room / place).exists() and not SOURCES[source].is_rewritten(place.as_posix()):
            place = place.parent / digest[:16] / place.name
            if (room / place).exists():
                return place
        (room / place).parent.mkdir(parents=True, exist_ok=True)
        partial = room / f"{place}.part"
        given.seek(0)
        try:
            with partial.open("wb") as sink:
                shutil.copyfileobj(given, sink)
            shutil.copystat(file, partial)
        except OSError:
            partial.unlink(missing_ok=True)
            raise
    partial.replace(room / place)
    return place


def _digest(file: Path) -> str:
    with open_regular(file) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
