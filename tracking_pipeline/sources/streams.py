"""A delivered file as a stream of bytes: plain, gzip or zstandard, within the limits."""

import errno
import os
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

import zstandard

from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.record import SourceFile
from tracking_pipeline.sources.strict import RefusedError

CHUNK_BYTES = 32 * 2**20

Packing = Literal["", "+gzip", "+zstd"]
_MAGIC: dict[bytes, Packing] = {b"\x1f\x8b": "+gzip", b"\x28\xb5\x2f\xfd": "+zstd"}
_SUFFIXES: dict[Packing, str] = {"+gzip": ".gz", "+zstd": ".zst"}
_PACKED_BYTES = 64 * 2**10
# One call of the unpacker returns all that its input holds: four bytes can become 128 KiB.
_ZSTD_PACKED_BYTES = 2**9
# Small files may be very repetitive without being a bomb.
_RATIO_COUNTS_FROM = 2**20


@dataclass(frozen=True)
class ByteStream:
    """``chunks`` of the unpacked bytes, the first of which stands at ``offset``."""

    packing: Packing
    offset: int
    size: int
    chunks: Iterator[bytes]


def open_regular(file: Path, *, is_link_followed: bool = False) -> FileIO:
    """Open a file that others may replace at any moment, and wait for nothing.

    OSError for what it is not, or not any more: a pipe, a socket, a device or a symbolic link.
    """
    flags = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
    descriptor = os.open(file, flags if is_link_followed else flags | os.O_NOFOLLOW)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "It is no regular file", str(file))
    return os.fdopen(descriptor, "rb", buffering=0)


def open_stream(stream: BinaryIO, file: SourceFile, limits: Settings) -> ByteStream:
    """Return the bytes of ``file`` from its start offset on, in pieces of bounded size.

    ``size`` is that of the file as delivered. While it is read, RefusedError is raised for a broken
    or truncated archive and for one that expands beyond the limits.
    """
    packing = packing_of(stream.read(4), file.name)
    size = stream.seek(0, 2)
    if not packing:
        stream.seek(file.start_offset)
        return ByteStream("", file.start_offset, size, _read(stream, CHUNK_BYTES))
    stream.seek(0)
    return ByteStream(packing, 0, size, _gathered(unpack(stream, packing, size, limits)))


def packing_of(head: bytes, name: str = "") -> Packing:
    """Return how a file that begins with ``head`` is packed; one that is cut, by its name."""
    for start, packing in _MAGIC.items():
        is_cut = start.startswith(head) and name.lower().endswith(_SUFFIXES[packing])
        if is_cut or head.startswith(start):
            return packing
    return ""


def unpack(stream: BinaryIO, packing: Packing, size: int, limits: Settings) -> Iterator[bytes]:
    """Yield what is packed in a file of ``size`` bytes, as far as it can be unpacked.

    Behind that RefusedError is raised, as by the stream.
    """
    unpacked = _unzip(stream) if packing == "+gzip" else _unzstd(stream)
    return capped(unpacked, size, limits)


def _read(stream: BinaryIO, size: int) -> Iterator[bytes]:
    while chunk := stream.read(size):
        yield chunk


def _gathered(chunks: Iterator[bytes]) -> Iterator[bytes]:
    gathered = bytearray()
    for chunk in chunks:
        gathered += chunk
        if len(gathered) >= CHUNK_BYTES:
            yield bytes(gathered)
            gathered.clear()
    yield bytes(gathered)


def capped(chunks: Iterator[bytes], size: int, limits: Settings) -> Iterator[bytes]:
    """Yield ``chunks``; RefusedError when ``size`` bytes expand beyond the limits."""
    expanded = 0
    for chunk in chunks:
        expanded += len(chunk)
        too_big = expanded > limits.max_expanded_bytes
        ratio = expanded / size
        if too_big or (expanded > _RATIO_COUNTS_FROM and ratio > limits.max_expansion_ratio):
            raise RefusedError(
                "compression_bomb", f"{size} bytes expand to more than {expanded} bytes"
            )
        yield chunk


def _unzip(stream: BinaryIO) -> Iterator[bytes]:
    unpacker = _gzip_member()
    try:
        for packed in _read(stream, _PACKED_BYTES):
            waiting = packed.lstrip(b"\0") if unpacker.eof else packed
            while waiting:
                if unpacker.eof:
                    unpacker = _gzip_member()
                yield unpacker.decompress(waiting, CHUNK_BYTES)
                # Zeros fill up what was written in blocks, to tapes and by some copying programs.
                waiting = unpacker.unconsumed_tail or unpacker.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise RefusedError("bad_gzip", f"is not a whole gzip file ({error})") from error
    if not unpacker.eof:
        raise RefusedError(
            "truncated_gzip", "the gzip file ends before its data does: deliver it whole"
        )


def _gzip_member() -> "_Unpacker":
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def _unzstd(stream: BinaryIO) -> Iterator[bytes]:
    frame = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
    try:
        for packed in _read(stream, _ZSTD_PACKED_BYTES):
            waiting = packed
            while waiting:
                if frame.eof:
                    frame = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
                yield frame.decompress(waiting)
                waiting = frame.unused_data if frame.eof else b""
    except zstandard.ZstdError as error:
        raise RefusedError("bad_zstd", f"is not a whole zstandard file ({error})") from error
    if not frame.eof:
        raise RefusedError(
            "truncated_zstd", "the zstandard file ends before its data does: deliver it whole"
        )
