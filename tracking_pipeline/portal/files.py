"""Opens what lies in the report archive, and nothing else."""

import hashlib
import os
import re
from datetime import date
from typing import Final

from tracking_pipeline.errors import ReportError
from tracking_pipeline.reports.archive import ArchivedReport, ReportFile, find_revision
from tracking_pipeline.settings import Settings

MEDIA_TYPES: Final = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "md": "text/plain; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "yaml": "text/plain; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OFFICE: Final = frozenset({"xlsx", "pptx"})
"""What no browser shows: offered as a download."""

_NAME = re.compile(r"[a-z][a-z-]{0,39}\.[a-z]{1,5}")
_REVISION = re.compile(r"r[1-9][0-9]{0,5}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def find_file(  # noqa: PLR0913 - one parameter a part of the address
    settings: Settings, *, kind: str, subject: str, start: str, revision: str, name: str
) -> tuple[ArchivedReport, ReportFile] | None:
    """Return the archived file of that address, or None when the archive does not list it."""
    is_plain = _DAY.fullmatch(start) and _REVISION.fullmatch(revision) and _NAME.fullmatch(name)
    if not is_plain:
        return None
    try:
        first = date.fromisoformat(start)
        report = find_revision(settings, kind, subject, first, int(revision[1:]))
    except (ReportError, ValueError):
        return None
    listed = report.files if report else ()
    return next(((report, file) for file in listed if report and file.name == name), None)


def content(report: ArchivedReport, file: ReportFile) -> bytes | None:
    """Return the file's bytes; None unless they are the very bytes that were archived."""
    try:
        handle = os.open(report.folder / file.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    with os.fdopen(handle, "rb") as stream:
        found = stream.read(file.size_bytes + 1)
    return found if hashlib.sha256(found).hexdigest() == file.sha256 else None
