"""What is delivered to the landing folder: given files, the shipped inputs, the demo company."""

import hashlib
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from tracking_pipeline.errors import LandingError, disk_full, unknown
from tracking_pipeline.landing.folder import Unread, why_unread
from tracking_pipeline.pipeline.clock import now_utc
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.recognise import Fit, best, by_name, fits
from tracking_pipeline.sources.record import Source
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.sources.streams import open_regular

SHIPPED_LOGS = Path(__file__).parents[1] / "demo" / "engine_logs"
_REAL_LOGS = ("production_logs", "brain_trace_logs", "database_logs")
REAL_INPUTS = {
    "engine_logs": [SHIPPED_LOGS / name for name in _REAL_LOGS],
    "uptime": [SHIPPED_LOGS.parent / "uptime"],
    "telemetry": [SHIPPED_LOGS.parent / "telemetry"],
}
_MOST_LOOKED_AT = 20


@dataclass(frozen=True)
class Delivered:
    """Where given files lie now, by source and path there, and what was left out of folders.

    ``n_files`` each source got; ``n_already`` lay there before.
    """

    places: frozenset[tuple[str, str]]
    n_files: dict[str, int]
    n_already: int
    left_out: tuple[Unread, ...]


@dataclass(frozen=True)
class _Given:
    """A file to deliver: the path that was named, and where in its folder it is; None: itself."""

    named: Path
    file: Path
    inside: Path | None

    def place(self, source: Source) -> Path:
        return self.inside or Path(source.place(self.file.name))


def deliver(settings: Settings, paths: Sequence[Path], source: str | None) -> Delivered:
    """Copy files and folders into the landing folder of ``source`` as if dropped there.

    Without one, each goes to the source that its content says. A file that is state
    (`Default.is_rewritten`) replaces its older version. No other file does: where its name is taken
    by other bytes, it gets a folder of its own. A single file goes to the place that its source has
    for files of its name. LandingError for a path that is named itself and cannot be read, and for
    files that fit no source.
    """
    given, left_out = _given(paths)
    to = dict.fromkeys(given, source) if source else _recognised(settings, given)
    placed = [
        (name, *_place(settings, name, each.file, each.place(SOURCES[name])))
        for each, name in to.items()
    ]
    return Delivered(
        places=frozenset((name, place.as_posix()) for name, place, _ in placed),
        n_files=dict(Counter(name for name, _, is_new in placed if is_new)),
        n_already=sum(not is_new for _, _, is_new in placed),
        left_out=tuple(left_out),
    )


def expect_fitting(settings: Settings, paths: Sequence[Path], source: str) -> None:
    """Raise LandingError when a file says by its content that it is for another source."""
    if source not in SOURCES:
        raise unknown(source, "source", SOURCES)
    given, _ = _given(paths)
    for each, fit in _fits(settings, _looked_at(given)).items():
        other = best(fit)
        own = next(one for one in fit if one.source == source)
        if other not in {None, source} and not own.n_accepted:
            reason = f"is not for {source} ({own.reason or 'no record in it'}): it fits {other}"
            raise LandingError(str(each.file), reason, f"Say --source {other}, or leave it out")


def _given(paths: Sequence[Path]) -> tuple[list[_Given], list[Unread]]:
    """Return the files that are named or lie in what is named, and what is never read there."""
    for path in paths:
        _expect_readable(path)
    given: list[_Given] = []
    left_out: list[Unread] = []
    for path in paths:
        room = path.resolve().name
        for file, reason in _inside(path) if path.is_dir() else [(path, None)]:
            if reason is not None:
                left_out.append(Unread(str(file), reason))
            else:
                inside = room / file.relative_to(path) if path.is_dir() else None
                given.append(_Given(path, file, inside))
    return given, left_out


def _recognised(settings: Settings, given: Sequence[_Given]) -> dict[_Given, str]:
    """Return the source of each file: what it says, else what those beside it are for."""
    found = _fits(settings, _looked_at(given))
    own = {each: best(fit) or by_name(each.file.name) for each, fit in found.items()}
    known: dict[_Given, str] = {}
    for each in given:
        beside = Counter(
            source for one, source in own.items() if source and _group(one) == _group(each)
        ) or Counter(source for one, source in own.items() if source and one.named == each.named)
        name = own.get(each) or next((source for source, _ in beside.most_common(1)), None)
        if name is None:
            raise _unrecognised(each, found.get(each, []))
        known[each] = name
    return known


def _unrecognised(given: _Given, fit: Sequence[Fit]) -> LandingError:
    said: dict[str, list[str]] = {}
    for each in fit:
        said.setdefault(each.reason or "holds no record", []).append(each.source)
    reasons = "; ".join(f"{', '.join(names)}: {reason}" for reason, names in said.items())
    fix = f"Correct it, or name its source by --source: {', '.join(SOURCES)}"
    return LandingError(str(given.file), f"fits no source ({reasons})", fix)


def _looked_at(given: Sequence[_Given]) -> list[_Given]:
    """Return the first few files of each folder and suffix; the others are like them."""
    groups: dict[tuple[Path, str], list[_Given]] = {}
    for each in given:
        groups.setdefault(_group(each), []).append(each)
    return [each for group in groups.values() for each in group[:_MOST_LOOKED_AT]]


def _group(given: _Given) -> tuple[Path, str]:
    return given.file.parent, given.file.suffix.lower()


def _fits(settings: Settings, given: Sequence[_Given]) -> dict[_Given, list[Fit]]:
    places = {each.file: each for each in given}
    found = fits(
        list(places),
        lambda source, file: places[file].place(source).as_posix(),
        settings,
        now_utc(),
    )
    return {each: found[each.file] for each in given}


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


def _place(settings: Settings, source: str, file: Path, place: Path) -> tuple[Path, bool]:
    """Copy one file, unless the same bytes lie there; return where it lies, and if it is new."""
    try:
        return _placed(settings.landing_dir / source, source, file, place)
    except OSError as error:
        if disk_full(error) is not None:
            raise
        reason = f"cannot be read or copied ({error.strerror})"
        fix = "Correct its owner or mode, or remove what lies in its place"
        raise LandingError(str(error.filename or file), reason, fix) from error


def _placed(room: Path, source: str, file: Path, place: Path) -> tuple[Path, bool]:
    with open_regular(file, is_link_followed=True) as given:
        digest = hashlib.file_digest(given, "sha256").hexdigest()
        if (room / place).exists() and _digest(room / place) == digest:
            return place, False
        if (room / place).exists() and not SOURCES[source].is_rewritten(place.as_posix()):
            place = place.parent / digest[:16] / place.name
            if (room / place).exists():
                return place, False
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
    return place, True


def _digest(file: Path) -> str:
    with open_regular(file) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
