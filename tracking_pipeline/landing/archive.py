"""The archive: delivered bytes under the name of their hash, written once, read-only, private."""

import hashlib
import os
import secrets
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from tracking_pipeline.errors import LandingError
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.sources.streams import open_regular

_CHUNK_BYTES = 2**20
# From here on one sync of everything is cheaper than one a file.
_MANY_FILES = 16


@dataclass(frozen=True)
class Resume:
    """An older version of a file: what its first ``size`` bytes hash to, and where it was left."""

    size: int
    content_hash: str
    end_offset: int


@dataclass(frozen=True)
class Copied:
    """Bytes in the archive's antechamber: not durable and not under their name yet.

    Unless ``is_fresh``, the archive holds the object already, and the copy is gone.
    """

    temporary: Path
    content_hash: str
    object_hash: str
    start_offset: int
    is_fresh: bool = True

    def known_as(self, object_hash: str) -> "Copied":
        """Drop the copy, and be the object that the archive holds of the same bytes."""
        self.temporary.unlink()
        return replace(self, object_hash=object_hash, start_offset=0, is_fresh=False)


def object_path(archive: Path, object_hash: str) -> Path:
    """Return where the archive keeps the bytes of this hash."""
    return archive / "objects" / object_hash[:2] / object_hash


def private_folder(folder: Path) -> Path:
    """Return ``folder``, made if need be, closed to everyone but the owner."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def copy_in(archive: Path, file: Path, state: tuple[int, int], resume: Resume | None) -> Copied:
    """Copy and hash what ``file`` has beyond ``resume``; all of it, when that is no prefix.

    ``state`` is the (size, mtime in ns) that was announced. LandingError when the file is gone or
    changes meanwhile.
    """
    antechamber = private_folder(private_folder(archive) / "incoming")
    temporary = antechamber / secrets.token_hex(16)
    try:
        with open_regular(file) as landed, temporary.open("xb") as sink:
            ctime_ns = _expect(file, landed, state)
            copied = _copy(landed, sink, state[0], resume, temporary)
            _expect(file, landed, state, ctime_ns)
    except (OSError, LandingError) as error:
        temporary.unlink(missing_ok=True)
        if isinstance(error, LandingError):
            raise
        reason = f"cannot be copied into the archive ({error.strerror})"
        raise LandingError(str(file), reason, "It is tried again by itself") from error
    failpoint("ingest.object_copied")
    return copied


def settle(archive: Path, copies: Sequence[Copied]) -> None:
    """Make copies durable and give them their names; the same bytes under one name stay one."""
    paths = [copied.temporary for copied in copies]
    sync_all(paths)
    failpoint("ingest.objects_synced")
    private_folder(archive / "objects")
    targets = [object_path(archive, copied.object_hash) for copied in copies]
    for copied, target in zip(copies, targets, strict=True):
        private_folder(target.parent)
        copied.temporary.chmod(0o400)
        copied.temporary.replace(target)
        failpoint("ingest.object_placed")
    sync_all({target.parent for target in targets})
    failpoint("ingest.objects_placed")


def sweep(archive: Path) -> None:
    """Remove what killed runs left in the antechamber; only the one writer may call it."""
    for rest in private_folder(private_folder(archive) / "incoming").iterdir():
        rest.unlink()


def verify(archive: Path, object_hash: str) -> Path:
    """Return the path of an object whose bytes still hash to their name; LandingError otherwise."""
    path = object_path(archive, object_hash)
    fix = "Restore it from a backup of the archive"
    if not path.exists():
        raise LandingError(str(path), "is missing from the archive", fix)
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != object_hash:
        raise LandingError(str(path), f"is damaged: its bytes hash to {found}", fix)
    return path


def sync_all(paths: Collection[Path]) -> None:
    """Return when files and folders are on the disk."""
    if len(paths) >= _MANY_FILES:
        os.sync()
        return
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _expect(
    file: Path, landed: BinaryIO, state: tuple[int, int], ctime_ns: int | None = None
) -> int:
    """Return the file's ctime; LandingError for another state, or a ctime that is told and past."""
    found = os.fstat(landed.fileno())
    is_past = ctime_ns not in {None, found.st_ctime_ns}
    if (found.st_size, found.st_mtime_ns) != state or is_past:
        raise LandingError(
            str(file), "changed while it was read", "It is read when it has come to rest"
        )
    return found.st_ctime_ns


def _copy(
    landed: BinaryIO, sink: BinaryIO, size: int, resume: Resume | None, temporary: Path
) -> Copied:
    whole, start = _skip(landed, size, resume)
    position = landed.tell()
    part = hashlib.sha256() if start else whole
    landed.seek(start)
    _feed(landed, position - start, sink.write, part.update)
    hashers = [whole] if part is whole else [whole, part]
    _feed(landed, size - position, sink.write, *(each.update for each in hashers))
    sink.flush()
    return Copied(temporary, whole.hexdigest(), part.hexdigest(), start)


def _skip(landed: BinaryIO, size: int, resume: Resume | None) -> tuple["hashlib._Hash", int]:
    """Hash the older version and return where it was left; nothing when it is no prefix."""
    whole = hashlib.sha256()
    if resume is None or resume.size > size or not resume.end_offset:
        return whole, 0
    _feed(landed, resume.size, whole.update)
    if whole.hexdigest() == resume.content_hash:
        return whole, resume.end_offset
    landed.seek(0)
    return hashlib.sha256(), 0


def _feed(stream: BinaryIO, n_bytes: int, *sinks: Callable[[bytes], object]) -> None:
    """Hand the next ``n_bytes`` to every sink; fewer when the file ends before."""
    while n_bytes > 0 and (chunk := stream.read(min(n_bytes, _CHUNK_BYTES))):
        for sink in sinks:
            sink(chunk)
        n_bytes -= len(chunk)
