"""The immutable archive: a folder a revision, there whole or not at all."""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tracking_pipeline.errors import ReportError
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.reports.model import Period, ReportModel
from tracking_pipeline.settings import Settings

MANIFEST = "manifest.json"
_SYSTEM = re.compile(r"[a-z0-9_]{1,64}")
_REVISION = re.compile(r"r([1-9][0-9]{0,5})")
_WRITING = "writing-"


@dataclass(frozen=True)
class ReportFile:
    """One file of an archived report; ``edition`` is ``all`` where it serves every edition."""

    name: str
    edition: str
    format: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class ArchivedReport:
    """One revision of one report, as its manifest describes it."""

    system: str
    system_label: str
    period: Period
    revision: int
    as_of: datetime
    data_version: str
    fingerprint: str
    mark: str
    reasons: tuple[str, ...]
    changes: tuple[dict[str, Any], ...]
    files: tuple[ReportFile, ...]
    folder: Path


def archived_reports(settings: Settings) -> list[ArchivedReport]:
    """Return every archived revision, newest week first and newest revision first in it."""
    found = [r for r in _looked_at(settings) if isinstance(r, ArchivedReport)]
    found.sort(key=lambda report: (report.system, -report.revision))
    return sorted(found, key=lambda report: report.period.start, reverse=True)


def damaged_reports(settings: Settings) -> list[ReportError]:
    """Return what is wrong with each archived revision that cannot be read."""
    return [found for found in _looked_at(settings) if isinstance(found, ReportError)]


def find_revision(
    settings: Settings, system: str, week_start: date, revision: int
) -> ArchivedReport | None:
    """Return one archived revision, or None when there is none; ReportError when damaged."""
    wanted = f"r{revision}"
    folders = _revisions_of_week(_week_folder(settings, system, week_start))
    return next((_read(folder) for folder in folders if folder.name == wanted), None)


def newest_revision(settings: Settings, system: str, week_start: date) -> ArchivedReport | None:
    """Return the week's last revision, or None when it was never reported."""
    folders = _revisions_of_week(_week_folder(settings, system, week_start))
    return max(map(_read, folders), key=lambda report: report.revision, default=None)


def store(
    settings: Settings, model: ReportModel, fingerprint: str, files: Mapping[str, bytes]
) -> ArchivedReport:
    """Write the revision beside its place, sync it and rename it there.

    Raises ReportError when the folder cannot be written; what was archived before stays as it was.
    """
    week = _week_folder(settings, model.system, model.period.start)
    place = week / f"r{model.revision}"
    manifest = json.dumps(_manifest(model, fingerprint, files), indent=2, ensure_ascii=False)
    try:
        _write(week, place, {**files, MANIFEST: (manifest + "\n").encode()})
    except OSError as error:
        _clear(week)
        raise ReportError(
            str(place),
            f"cannot be written ({error.strerror})",
            "Free space or fix the permissions, then run `tracking report` again",
        ) from error
    return _read(place)


def _week_folder(settings: Settings, system: str, week_start: date) -> Path:
    if not _SYSTEM.fullmatch(system):
        raise ReportError(
            repr(system), "cannot name a folder", "Use lowercase letters, digits and _"
        )
    return settings.reports_dir / "weekly" / system / week_start.isoformat()


def _manifest(
    model: ReportModel, fingerprint: str, files: Mapping[str, bytes]
) -> dict[str, object]:
    return {
        "report_id": model.report_id,
        "system": model.system,
        "system_label": model.system_label,
        "period": {
            "start": model.period.start.isoformat(),
            "end": model.period.end.isoformat(),
            "zone": model.period.zone,
        },
        "revision": model.revision,
        "as_of": model.as_of.isoformat(),
        "data_version": model.data_version,
        "fingerprint": fingerprint,
        "quality": {"mark": model.quality.mark, "reasons": list(model.quality.reasons)},
        "changes": [
            {
                "figure": f"{c.client_id}/{c.entity_type}/{c.entity_id}/{c.metric}",
                "what": c.what,
                "before": c.before,
                "after": c.after,
                "n_before": c.n_before,
                "n_after": c.n_after,
            }
            for c in model.changes
        ],
        "files": [_file(name, content) for name, content in files.items()],
    }


def _file(name: str, content: bytes) -> dict[str, object]:
    stem, _, kind = name.partition(".")
    return {
        "name": name,
        "edition": "all" if stem == "report" else stem,
        "format": kind,
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _write(week: Path, place: Path, files: Mapping[str, bytes]) -> None:
    week.mkdir(parents=True, exist_ok=True)
    _clear(week)
    fresh = week / f"{_WRITING}{os.getpid()}"
    fresh.mkdir()
    for name, content in files.items():
        _write_file(fresh / name, content)
        failpoint("report.file_written")
    _sync(fresh)
    failpoint("report.before_rename")
    fresh.rename(place)
    failpoint("report.renamed")
    _sync(week)


def _write_file(path: Path, content: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    path.chmod(0o444)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _clear(week: Path) -> None:
    """Remove what a killed or refused writer left."""
    for rest in week.glob(f"{_WRITING}*"):
        shutil.rmtree(rest, ignore_errors=True)


def _looked_at(settings: Settings) -> Iterator[ArchivedReport | ReportError]:
    for folder in _revisions(settings.reports_dir / "weekly"):
        try:
            yield _read(folder)
        except ReportError as error:
            yield error


def _revisions(root: Path) -> Iterator[Path]:
    for system in _folders(root):
        for week in _folders(system):
            yield from _revisions_of_week(week)


def _revisions_of_week(week: Path) -> Iterator[Path]:
    return (folder for folder in _folders(week) if _REVISION.fullmatch(folder.name))


def _folders(root: Path) -> Iterator[Path]:
    if root.is_dir():
        yield from (path for path in root.iterdir() if path.is_dir() and not path.is_symlink())


def _read(folder: Path) -> ArchivedReport:
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
        return _report(folder, manifest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(
            str(path), f"cannot be read ({error})", "Restore it from a backup, or move it away"
        ) from error


def _report(folder: Path, manifest: Mapping[str, Any]) -> ArchivedReport:
    return ArchivedReport(
        system=manifest["system"],
        system_label=manifest["system_label"],
        period=Period(date.fromisoformat(manifest["period"]["start"]), manifest["period"]["zone"]),
        revision=manifest["revision"],
        as_of=datetime.fromisoformat(manifest["as_of"]),
        data_version=manifest["data_version"],
        fingerprint=manifest["fingerprint"],
        mark=manifest["quality"]["mark"],
        reasons=tuple(manifest["quality"]["reasons"]),
        changes=tuple(manifest["changes"]),
        files=tuple(ReportFile(**file) for file in manifest["files"]),
        folder=folder,
    )
