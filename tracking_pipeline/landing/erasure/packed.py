"""What is packed in a file, layer by layer, whoever packed it."""

import bz2
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, BinaryIO, cast

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.streams import capped, packing_of, unpack
from tracking_pipeline.sources.strict import RefusedError

HEAD_BYTES = 512
_CHUNK_BYTES = 2**16
_TAR = slice(257, 262)
# What the libraries raise for what is broken, cut off, encrypted or of a method unknown to them.
_BROKEN = (
    OSError,
    EOFError,
    RuntimeError,
    zlib.error,
    lzma.LZMAError,
    tarfile.TarError,
    zipfile.BadZipFile,
)
_CLOSED = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!": "RAR",
    b"\x04\x22\x4d\x18": "LZ4",
    b"\x1f\x9d": "compress",
    b"PAR1": "Parquet",
    b"%PDF": "PDF",
}


def is_packed(head: bytes) -> bool:
    """Return whether a file that begins with ``head`` is one of packed layers or members."""
    starts = (b"PK\3\4", b"BZh", b"\xfd7zXZ\0")
    return bool(packing_of(head)) or head.startswith(starts) or head[_TAR] == b"ustar"


def closed_format(head: bytes) -> str | None:
    """Return the format of a file of which nothing can be unpacked here; None for any other."""
    if head[8:12] == b"DUCK":
        return "DuckDB"
    return next((name for magic, name in _CLOSED.items() if head.startswith(magic)), None)


def parts(opened: BinaryIO, settings: Settings) -> Iterator[Iterator[bytes]]:
    """Yield what is packed in a file, in pieces of bounded size each.

    RefusedError is raised by a part that cannot be unpacked to its end within the limits, behind
    the last piece that can, or instead of the next part.
    """
    opened.seek(0)
    head = opened.read(HEAD_BYTES)
    size = opened.seek(0, 2)
    opened.seek(0)
    try:
        if packing_of(head):
            yield unpack(opened, packing_of(head), size, settings)
        elif head.startswith(b"PK\3\4"):
            with zipfile.ZipFile(opened) as archive:
                for member in archive.infolist():
                    with archive.open(member) as inside:
                        yield capped(_read(inside), size, settings)
        elif head[_TAR] == b"ustar":
            with tarfile.open(fileobj=opened, mode="r:") as files:
                for file in filter(tarfile.TarInfo.isfile, files):
                    yield _read(cast("IO[bytes]", files.extractfile(file)))
        elif is_packed(head):
            unpacker = bz2.BZ2File if head.startswith(b"BZh") else lzma.LZMAFile
            with unpacker(opened) as inside:
                yield capped(_read(inside), size, settings)
    except _BROKEN as error:
        raise _refused(error) from error


def _read(opened: IO[bytes]) -> Iterator[bytes]:
    try:
        while chunk := opened.read(_CHUNK_BYTES):
            yield chunk
    except _BROKEN as error:
        raise _refused(error) from error


def _refused(error: Exception) -> RefusedError:
    return RefusedError("bad_packing", f"cannot be unpacked ({error})")
