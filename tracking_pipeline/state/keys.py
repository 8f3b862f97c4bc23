"""The key that turns names and addresses into pseudonyms."""

import os
import secrets
from pathlib import Path

from tracking_pipeline.errors import SettingsError
from tracking_pipeline.settings import Settings

_BYTES = 32


def key_file(settings: Settings) -> Path:
    """Return where the key is kept."""
    return settings.state_dir / "pseudonym.key"


def pseudonym_key(settings: Settings) -> bytes:
    """Return the home's 32 secret bytes, drawn once; only the owner may read the file.

    Raises SettingsError when the file has been damaged: another key would make every person a
    stranger to their own history.
    """
    file = key_file(settings)
    if not file.exists():
        _draw(file)
    key = file.read_bytes()
    if len(key) != _BYTES:
        raise SettingsError(
            str(file), f"holds {len(key)} bytes, not {_BYTES}", "Restore it from a backup"
        )
    return key


def _draw(file: Path) -> None:
    """Write aside and link: a rival that was faster wins, and nobody sees half a key."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.token_bytes(_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        file.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
