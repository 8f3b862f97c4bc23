"""A door to readers of untrusted formats: they run in a child process with limits of its own.

A reader is a function of a module that imports little: bytes in, a JSON value out, RefusedError for
what it will not read. Run as a module, this file is the child.
"""

import importlib
import json
import resource
import signal
import subprocess
import sys
from collections.abc import Callable

from tracking_pipeline.sources.strict import JsonValue, RefusedError

Reader = Callable[[bytes], JsonValue]

CPU_SECONDS = 3
WALL_SECONDS = 60.0
MEMORY_BYTES = 400 * 2**20

_KILLED = {-signal.SIGXCPU, -signal.SIGKILL}


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
    command = [sys.executable, "-I", "-m", __name__, name, str(cpu_seconds), str(memory_bytes)]
    try:
        child = subprocess.run(  # noqa: S603 - this file, with the reader's name
            command,
            input=content,
            capture_output=True,
            timeout=wall_seconds,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired as error:
        message = f"{name} got too little CPU to end within {wall_seconds:g} s"
        raise TimeoutError(message) from error
    if child.returncode in _KILLED:
        raise RefusedError("too_slow", f"takes more than {cpu_seconds} s to read")
    if child.returncode < 0:
        raise RefusedError("unreadable", "brings its reader down")
    if child.returncode:
        raise ChildProcessError(child.stderr.decode(errors="replace")[-2000:])
    answer = json.loads(child.stdout)
    if "refused" in answer:
        raise RefusedError(*answer["refused"])
    value: JsonValue = answer["value"]
    return value


def _answer(name: str, content: bytes) -> dict[str, JsonValue]:
    module, _, function = name.partition(":")
    reader: Reader = getattr(importlib.import_module(module), function)
    try:
        return {"value": reader(content)}
    except RefusedError as error:
        return {"refused": [error.code, error.reason]}
    except MemoryError:
        return {"refused": ["too_big", "needs too much memory to read"]}


def _serve(name: str, cpu_seconds: int, memory_bytes: int) -> None:
    # The hard limit ends a reader that outlives the soft one's signal.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_answer(name, sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    _serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
