import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.errors import SettingsError
from tracking_pipeline.pipeline.inputs import SHIPPED_LOGS
from tracking_pipeline.settings import Settings
from tracking_pipeline.state import postgres
from tracking_pipeline.up import up

LOG = next((SHIPPED_LOGS / "production_logs/campaign_generation").glob("*.json"))
RUNS = '{"query": "{runsOrError {... on Runs {results {status}}}}"}'


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.5)


def processes_of(home: Path) -> list[str]:
    """Return the command lines of all processes that belong to this home."""
    marker = f"TRACKING_HOME={home}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if marker in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


@contextmanager
def running(
    home: Path, **settings: str
) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, int]]]:
    ports = {"portal": free_port(), "dagster": free_port()}
    environment = {
        **os.environ,
        "TRACKING_HOME": str(home),
        "TRACKING_STABLE_SECONDS": "0",
        "TRACKING_PORTAL_PORT": str(ports["portal"]),
        "TRACKING_DAGSTER_PORT": str(ports["dagster"]),
        **settings,
    }
    command = [str(Path(sys.executable).parent / "tracking"), "up"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process, ports
    finally:
        process.terminate()
        process.wait(90)
        if settings.get("TRACKING_PG") == "embedded":
            shutil.rmtree(postgres.folder(Settings(home=home)))


def statuses(port: int) -> set[str]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        data=RUNS.encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 - loopback
            runs = json.load(response)["data"]["runsOrError"]["results"]
            return {run["status"] for run in runs}
    except OSError:
        return set()


@pytest.mark.faults
@pytest.mark.parametrize("pg", ["", "embedded"])
def test_a_dropped_file_becomes_rows_and_sigterm_leaves_no_process(tmp_path: Path, pg: str) -> None:
    home = tmp_path / "home"
    with running(home, TRACKING_PG=pg) as (process, ports):
        room = home / "landing" / "engine_logs"
        until(room.is_dir, 60)
        shutil.copy(LOG, room)
        until(lambda: bool({"SUCCESS", "FAILURE"} & statuses(ports["dagster"])), 240)
        assert statuses(ports["dagster"]) == {"SUCCESS"}
        shelf = f"http://127.0.0.1:{ports['portal']}/"
        assert b"2025-07-27" in urllib.request.urlopen(shelf, timeout=10).read()
        process.send_signal(signal.SIGTERM)
        assert process.wait(90) == 0
    assert processes_of(home) == []
    with duckdb.connect(str(home / "warehouse/warehouse.duckdb"), read_only=True) as con:
        rows = con.execute("select count(*) from landing.campaign_generation").fetchall()
    assert rows == [(1,)]


@pytest.mark.faults
def test_after_a_kill_the_next_start_ends_what_was_left_running(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with running(home) as (killed, _):
        until((home / "dagster/dagster.pid").exists, 120)
        killed.kill()
        killed.wait()
    left = set(processes_of(home))
    assert left
    with running(home) as (process, _):
        until(lambda: not left & set(processes_of(home)), 60)
        process.send_signal(signal.SIGTERM)
        assert process.wait(90) == 0
    assert processes_of(home) == []


def test_two_cannot_have_one_home(tmp_path: Path) -> None:
    with (tmp_path / "up.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(SettingsError, match="another `tracking up`"):
            up(Settings(home=tmp_path))


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        with pytest.raises(SettingsError, match=f"TRACKING_PORTAL_PORT={port}: this port is taken"):
            up(Settings(home=tmp_path, portal_port=port))
