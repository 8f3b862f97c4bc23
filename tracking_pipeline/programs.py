"""Programs that live as long as a block of ours, and whose whole process group ends with it."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_STOP_SECONDS = 40.0  # Dagster stops its own programs one after the other
_KILL_SECONDS = 5.0
_POLL_SECONDS = 0.05
# A bare Linux may lack `ps`; macOS has it, and no such folder.
_PROC = Path("/proc")


@contextmanager
def running(
    name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``command`` in ``folder`` while the block lasts, in a process group of its own.

    Its output is appended to ``<name>.log`` there, and ``<name>.pid`` remembers it.
    """
    pid_file = _pid_file(name, folder)
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - a program of this package, no shell
            command, env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
    pid_file.write_text(json.dumps([process.pid, _started_at(process.pid)]))
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
        _end_group(process.pid)
        process.wait()
        pid_file.unlink()


def end_leftover(name: str, folder: Path) -> None:
    """End the group that a killed process of ours left running under this name, if it did."""
    with suppress(FileNotFoundError, ValueError):
        pid, started_at = json.loads(_pid_file(name, folder).read_text())
        # Since then the number may have been given to another program.
        if started_at and _started_at(pid) == started_at:
            _end_group(pid)


def _pid_file(name: str, folder: Path) -> Path:
    return folder / f"{name}.pid"


def _end_group(group: int) -> None:
    """Ask every process of the group to end, then make it."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGTERM)
        deadline = time.monotonic() + _KILL_SECONDS
        while time.monotonic() < deadline:
            os.killpg(group, 0)
            time.sleep(_POLL_SECONDS)
        os.killpg(group, signal.SIGKILL)


def _started_at(pid: int) -> str:
    """Return when the process was started, in the system's own words; empty when it is gone."""
    if _PROC.joinpath("self").exists():
        with suppress(OSError):
            # The name before the last bracket may hold anything; the 20th field after it is ours.
            return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[19]
        return ""
    command = ["ps", "-o", "lstart=", "-p", str(pid)]
    return subprocess.run(  # noqa: S603 - a fixed command
        command, check=False, capture_output=True, text=True
    ).stdout.strip()
