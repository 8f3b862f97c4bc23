"""A computer whose rules of time zones are not the warehouse engine's."""

import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path


@contextmanager
def vancouver_like_kathmandu(folder: Path) -> Iterator[None]:
    """Let this computer believe that America/Vancouver is 5 hours 45 minutes ahead of UTC."""
    (folder / "America").mkdir()
    kathmandu = files("tzdata") / "zoneinfo" / "Asia" / "Kathmandu"
    (folder / "America" / "Vancouver").write_bytes(kathmandu.read_bytes())
    zoneinfo.reset_tzpath([folder])
    zoneinfo.ZoneInfo.clear_cache()
    try:
        yield
    finally:
        zoneinfo.reset_tzpath()
        zoneinfo.ZoneInfo.clear_cache()
