"""What readers of untrusted formats run in: a process that becomes a child for each content.

Run as a module. It has imported the reader by then, so a child costs little, and a child is forked
before any content is read, so it finds nothing of the one before. It imports as little as it can:
what a child touches is copied.
"""

import importlib
import json
import os
import resource
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from tracking_pipeline.sources.strict import JsonValue, RefusedError

Reader = Callable[[bytes], JsonValue]

_MOST_ASKED = 2**12


def main() -> None:
    """Fork a child for each socket that comes by standard input, and tell how it ended."""
    # From here on only children could write there, and nobody reads along.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    control = socket.socket(fileno=sys.stdin.fileno())
    while True:
        asked, sockets, _, _ = socket.recv_fds(control, _MOST_ASKED, 1)
        if not asked:
            return
        name, cpu_seconds, memory_bytes = json.loads(asked)
        with suppress(Exception):
            _reader(name)
        child = os.fork()
        if not child:
            os.close(control.fileno())
            _become_child(sockets[0], name, cpu_seconds, memory_bytes)
        os.close(sockets[0])
        _, status = os.waitpid(child, 0)
        control.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become_child(own: int, name: str, cpu_seconds: int, memory_bytes: int) -> None:
    """Answer the content that comes by a socket, within limits, and end."""
    code = 1
    with suppress(BaseException), open(own, "w", encoding="utf-8", closefd=False) as sink:
        try:
            # The hard limit ends a reader that outlives the soft one's signal.
            resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            with open(own, "rb", closefd=False) as source:
                json.dump(_answer(name, source.read()), sink)
            code = 0
        except BaseException:  # noqa: BLE001 - told to whoever asked
            import traceback  # noqa: PLC0415 - for a defect alone

            traceback.print_exc(file=sink)
    os._exit(code)


def _answer(name: str, content: bytes) -> dict[str, JsonValue]:
    try:
        return {"value": _reader(name)(content)}
    except RefusedError as error:
        return {"refused": [error.code, error.reason]}
    except MemoryError:
        return {"refused": ["too_big", "needs too much memory to read"]}


def _reader(name: str) -> Reader:
    module, _, function = name.partition(":")
    reader: Reader = getattr(importlib.import_module(module), function)
    return reader


if __name__ == "__main__":
    main()
