"""What is delivered to the landing folder: given files, the shipped inputs, the demo company."""

import filecmp
import hashlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from tracking_pipeline.errors import LandingError
from tracking_pipeline.pipeline.clock import now_utc
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.registry import SOURCES

SHIPPED_LOGS = Path(__file__).parents[1] / "demo" / "engine_logs"
_REAL_LOGS = ("production_logs", "brain_trace_logs", "database_logs")
REAL_INPUTS = {
    "engine_logs": [SHIPPED_LOGS / name for name in _REAL_LOGS],
    "uptime": [SHIPPED_LOGS.parent / "uptime"],
    "telemetry": [SHIPPED_LOGS.parent / "telemetry"],
}


def deliver(settings: Settings, paths: Sequence[Path], source: str) -> None:
    """Copy files and folders into the landing folder of ``source`` as if dropped there.

    A file that is state (`Default.is_rewritten`) replaces its older version. No other file does:
    where its name is taken by other bytes, it gets a folder of its own. A single file goes to the
    place that its source has for files of its name.
    """
    if source not in SOURCES:
        known = ", ".join(sorted(SOURCES))
        raise LandingError(source, "is no source", f"The sources are: {known}")
    for path in paths:
        if path.is_dir():
            inside = [file for file in sorted(path.rglob("*")) if file.is_file()]
            for file in inside:
                _place(settings, source, file, path.resolve().name / file.relative_to(path))
        elif path.is_file():
            _place(settings, source, path, Path(SOURCES[source].place(path.name)))
        else:
            raise LandingError(str(path), "is neither a file nor a folder", "Check the path")


def deliver_demo(settings: Settings, part: Literal["on_time", "late"]) -> None:
    """Deliver a part of the demo company's files to a home that is, or now becomes, a demo."""
    # A second of imports, for demos alone.
    from tracking_pipeline.demo.company.files import write_company  # noqa: PLC0415
    from tracking_pipeline.demo.home import mark_as_demo  # noqa: PLC0415

    company = mark_as_demo(settings, now_utc())
    with TemporaryDirectory() as folder:
        write_company(company, Path(folder))
        for source in sorted(Path(folder, part).iterdir()):
            deliver(settings, sorted(source.iterdir()), source.name)


def _place(settings: Settings, source: str, file: Path, place: Path) -> None:
    room = settings.landing_dir / source
    is_there = (room / place).exists()
    if is_there and filecmp.cmp(file, room / place, shallow=False):
        return
    if is_there and not SOURCES[source].is_rewritten(place.as_posix()):
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        place = place.parent / digest[:16] / place.name
        if (room / place).exists():
            return
    target = room / place
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.part")
    shutil.copy2(file, partial)
    partial.replace(target)
