"""Starts everything on loopback, watches it, and stops it."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

import click

from tracking_pipeline.errors import SettingsError
from tracking_pipeline.programs import end_leftover, running
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.state import postgres

_ROOT = Path(__file__).parents[1]
_POLL_SECONDS = 0.2
_START_SECONDS = 120.0


def up(settings: Settings) -> int:
    """Run the report shelf and Dagster until SIGINT or SIGTERM; return 0 then, 1 when one died.

    Nothing that was started is left behind. Raises SettingsError when another `tracking up` has
    this home, when a port is taken, or when Dagster's storage cannot be used.
    """
    ports = {"report_shelf": settings.portal_port, "dagster": settings.dagster_port}
    with ExitStack() as stack:
        stop = stack.enter_context(_stop_signals())
        stack.enter_context(_only_one(settings))
        folder = _prepare(settings)
        for name, port in ports.items():
            end_leftover(name, folder)
            _check_free(port, name)
        embedded = settings.pg == "embedded" and not settings.pg_url
        url = stack.enter_context(postgres.server(settings)) if embedded else settings.pg_url
        environment = _environment(settings, folder, url)
        _recover(environment, folder)
        programs = [
            stack.enter_context(running(name, command, environment, folder))
            for name, command in _commands(settings).items()
        ]
        return _watch(programs, ports, settings, stop)


def _commands(settings: Settings) -> dict[str, list[str]]:
    workspace, port = str(_ROOT / "workspace.yaml"), str(settings.dagster_port)
    dagster = ["-m", "dagster", "dev", "-w", workspace, "-h", "127.0.0.1", "-p", port]
    shelf = ["-m", "tracking_pipeline.portal.app"]
    return {
        "report_shelf": [sys.executable, *shelf],
        "dagster": [sys.executable, *dagster, "--log-level", "warning"],
    }


@contextmanager
def _stop_signals() -> Iterator[threading.Event]:
    """Yield an event that SIGINT and SIGTERM set.

    A handler also gives our programs the default signals back, which a shell's ``&`` takes away.
    """
    stop = threading.Event()

    def handle(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    wanted = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, handle) for number in wanted}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _only_one(settings: Settings) -> Iterator[None]:
    settings.home_dir.mkdir(parents=True, exist_ok=True)
    with (settings.home_dir / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SettingsError(
                str(settings.home_dir),
                "another `tracking up` runs on this home",
                "Use that one, stop it, or set TRACKING_HOME to another folder",
            ) from error
        yield


def _prepare(settings: Settings) -> Path:
    """Make the landing folders and Dagster's home, and return the latter."""
    for source in SOURCES:
        (settings.landing_dir / source).mkdir(parents=True, exist_ok=True)
    folder = settings.home_dir / "dagster"
    folder.mkdir(exist_ok=True)
    shutil.copyfile(_ROOT / "dagster.yaml", folder / "dagster.yaml")
    return folder


def _environment(settings: Settings, folder: Path, url: str) -> dict[str, str]:
    """Return our environment with the paths absolute, since programs start in another folder."""
    return {
        **os.environ,
        "TRACKING_HOME": str(settings.home_dir),
        "TRACKING_LANDING": str(settings.landing_dir),
        "TRACKING_PG_URL": url,
        "DAGSTER_HOME": str(folder),
        # Events one by one cost a round trip each.
        **({"DAGSTER_EVENT_BATCH_SIZE": "100"} if url else {}),
    }


def _recover(environment: dict[str, str], folder: Path) -> None:
    """End in Dagster's storage what a crash left open there; no program of ours runs yet."""
    command = [sys.executable, "-m", "tracking_pipeline.defs.recovery"]
    result = subprocess.run(  # noqa: S603 - a program of this package, no shell
        command, env=environment, cwd=folder, check=False, capture_output=True, text=True
    )
    if result.returncode != 0:
        reason = f"Dagster's storage cannot be used: {result.stderr.strip()[-2000:]}"
        raise SettingsError(str(folder), reason, "Mend that, or move this folder away")


def _check_free(port: int, name: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            variable = "TRACKING_DAGSTER_PORT" if name == "dagster" else "TRACKING_PORTAL_PORT"
            fix = "Stop what listens there, or choose another port"
            culprit = f"{variable}={port}"
            raise SettingsError(culprit, "this port is taken", fix) from error


def _watch(
    programs: Sequence[subprocess.Popen[bytes]],
    ports: dict[str, int],
    settings: Settings,
    stop: threading.Event,
) -> int:
    """Say where things are once they answer; return when asked to stop (0) or one has died (1)."""
    logs = settings.home_dir / "dagster"
    click.echo("Starting Dagster and the report shelf …")
    is_announced, deadline = False, time.monotonic() + _START_SECONDS
    while not stop.wait(_POLL_SECONDS):
        if any(program.poll() is not None for program in programs):
            click.echo(f"A program has ended by itself; its log is in {logs}", err=True)
            return 1
        if not is_announced and (all(map(_answers, ports.values())) or time.monotonic() > deadline):
            _announce(ports, settings)
            is_announced = True
    click.echo("Stopping …")
    return 0


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _announce(ports: dict[str, int], settings: Settings) -> None:
    for name, port in ports.items():
        click.echo(f"{name.replace('_', ' '):14}http://127.0.0.1:{port}")
    folders = ", ".join(f"{source}/" for source in SOURCES)
    click.echo(f"{'drop files in':14}{settings.landing_dir} ({folders})")
    click.echo(f"{'logs':14}{settings.home_dir / 'dagster'}")
    click.echo("Ctrl+C stops everything.")
