"""A door to readers of untrusted formats: each content is read in a child process with limits.

A reader is a function of a module that imports little: bytes in, a JSON value out, RefusedError for
what it will not read.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from tracking_pipeline.sources.fork_server import Reader
from tracking_pipeline.sources.strict import JsonValue, RefusedError

_FORK_SERVER = "tracking_pipeline.sources.fork_server"

CPU_SECONDS = 3
WALL_SECONDS = 60.0
MEMORY_BYTES = 400 * 2**20

_KILLED = {-signal.SIGXCPU, -signal.SIGKILL}
_PIECE_BYTES = 2**18


def isolated(
    reader: Reader,
    content: bytes,
    *,
    cpu_seconds: int = CPU_SECONDS,
    memory_bytes: int = MEMORY_BYTES,
    wall_seconds: float = WALL_SECONDS,
) -> JsonValue:
    """Return what ``reader``, a function of a module, makes of ``content`` in a child process.

    Raises RefusedError for what it refuses, for what makes it exceed its CPU seconds or bytes of
    memory, and for what kills it; ChildProcessError for a defect of the reader itself; TimeoutError
    when the machine gives it no CPU: the content may be right.
    """
    name = f"{reader.__module__}:{reader.__qualname__}"
    asked = json.dumps([name, cpu_seconds, memory_bytes]).encode()
    try:
        with one_server() as server:
            told, code = server.ask(asked, content, wall_seconds)
    except TimeoutError as error:
        message = f"{name} got too little CPU to end within {wall_seconds:g} s"
        raise TimeoutError(message) from error
    if code in _KILLED:
        raise RefusedError("too_slow", f"takes more than {cpu_seconds} s to read")
    if code < 0:
        raise RefusedError("unreadable", "brings its reader down")
    if code:
        raise ChildProcessError(told.decode(errors="replace")[-2000:])
    answer = json.loads(told)
    if "refused" in answer:
        raise RefusedError(*answer["refused"])
    value: JsonValue = answer["value"]
    return value


@contextmanager
def one_server() -> Iterator["_ForkServer"]:
    """Let one process fork the children of this block: to start it costs more than to read."""
    server = _open_server.get()
    if server is not None:
        yield server
        return
    server = _ForkServer()
    opened = _open_server.set(server)
    try:
        yield server
    finally:
        _open_server.reset(opened)
        server.end()


class _ForkServer:
    """The process that children are forked from; where it dies, the next content starts another."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, asked: bytes, content: bytes, wall_seconds: float) -> tuple[bytes, int]:
        """Return what a child tells of ``content``, and its exit code as subprocess has it."""
        self._process = self._process or self._started()
        ends_at = time.monotonic() + wall_seconds
        told = ended = b""
        try:
            # The child, or the server, may die before it has taken all.
            with suppress(ConnectionError):
                told = self._exchange(asked, content, ends_at)
            with suppress(ConnectionError):
                ended = _received(self._control, ends_at)
        except BaseException:
            self.end()
            raise
        return (told, int(ended)) if ended else self.end()

    def end(self) -> tuple[bytes, int]:
        """Stop the server and its child; return what it told of its own end, and its exit code."""
        process, self._process = self._process, None
        if process is None:
            return b"", 0
        self._control.close()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[1], process.returncode

    def _started(self) -> subprocess.Popen[bytes]:
        self._control, theirs = socket.socketpair()
        with theirs:
            return subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-I", "-m", _FORK_SERVER],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={},
                start_new_session=True,
            )

    def _exchange(self, asked: bytes, content: bytes, ends_at: float) -> bytes:
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                socket.send_fds(self._control, [asked], [theirs.fileno()])
            ours.settimeout(max(ends_at - time.monotonic(), 0.001))
            ours.sendall(content)
            ours.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: _received(ours, ends_at), b""))


_open_server: ContextVar[_ForkServer | None] = ContextVar("_open_server", default=None)


def _received(from_: socket.socket, ends_at: float) -> bytes:
    from_.settimeout(max(ends_at - time.monotonic(), 0.001))
    return from_.recv(_PIECE_BYTES)
