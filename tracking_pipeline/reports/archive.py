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
from tracking_pipeline.reports.draft import Draft
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.subject import folder_name, is_folder_name
from tracking_pipeline.settings import Settings

MANIFEST = "manifest.json"
_REVISION = re.compile(r"r([1-9][0-9]{0,5})")
WRITING = "writing-"
"""How the name of a folder begins that is no revision yet, or no more."""
_AS_THEY_ARE = (
    *("kind", "kind_label", "subject", "subject_label", "revision"),
    *("data_version", "fingerprint", "is_demo", "is_silent"),
)


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

    kind: str
    kind_label: str
    subject: str
    subject_label: str
    period: Period
    revision: int
    as_of: datetime
    data_version: str
    fingerprint: str
    is_demo: bool
    is_silent: bool
    mark: str
    reasons: tuple[str, ...]
    changes: tuple[dict[str, Any], ...]
    files: tuple[ReportFile, ...]
    folder: Path

    @property
    def address(self) -> str:
        """Its place below the archive: kind, subject's folder, first day and revision."""
        return "/".join(self.folder.parts[-4:])

    @property
    def first_page(self) -> ReportFile:
        """The file to open first."""
        return next(file for file in self.files if file.format == "html")


def archived_reports(settings: Settings) -> list[ArchivedReport]:
    """Return every archived revision: the last period first, in it the newest revision."""
    return whole_archive(settings)[0]


def whole_archive(settings: Settings) -> tuple[list[ArchivedReport], list[ReportError]]:
    """Return every archived revision as above, and what is wrong with each that is damaged."""
    reports: list[ArchivedReport] = []
    damaged: list[ReportError] = []
    for folder in revision_folders(settings.reports_dir):
        try:
            reports.append(_read(folder))
        except ReportError as error:
            damaged.append(error)
    reports.sort(key=lambda report: (report.kind, report.subject, -report.revision))
    reports.sort(key=lambda report: report.period.end, reverse=True)
    return reports, damaged


def revision_folders(root: Path) -> Iterator[Path]:
    """Yield the folder of every archived revision below ``root``, damaged or not."""
    for kind in _folders(root):
        for subject in _folders(kind):
            for period in _folders(subject):
                yield from _revisions_of_period(period)


def find_revision(
    settings: Settings, kind: str, folder: str, start: date, revision: int
) -> ArchivedReport | None:
    """Return one archived revision by its address, or None; ReportError when it is damaged."""
    if not (is_folder_name(kind) and is_folder_name(folder)):
        return None
    wanted = f"r{revision}"
    revisions = _revisions_of_period(settings.reports_dir / kind / folder / start.isoformat())
    return next((_read(found) for found in revisions if found.name == wanted), None)


def newest_revision(
    settings: Settings, kind: str, subject: str, start: date
) -> ArchivedReport | None:
    """Return the period's last revision, or None when it was never reported."""
    folders = _revisions_of_period(_place(settings, kind, subject, start))
    last = max(folders, key=lambda folder: int(folder.name[1:]), default=None)
    return None if last is None else _read(last)


def store(
    settings: Settings, draft: Draft, fingerprint: str, files: Mapping[str, bytes]
) -> ArchivedReport:
    """Write the revision beside its place, sync it and rename it there.

    Raises ReportError when the folder cannot be written; what was archived before stays as it was.
    """
    period = _place(settings, draft.kind, draft.subject, draft.period.start)
    place = period / f"r{draft.revision}"
    manifest = json.dumps(_manifest(draft, fingerprint, files), indent=2, ensure_ascii=False)
    try:
        _write(period, place, {**files, MANIFEST: (manifest + "\n").encode()})
    except OSError as error:
        _clear(period)
        raise ReportError(
            str(place),
            f"cannot be written ({error.strerror})",
            "Free space or fix the permissions, then run `tracking report` again",
        ) from error
    return _read(place)


def _place(settings: Settings, kind: str, subject: str, start: date) -> Path:
    return settings.reports_dir / kind / folder_name(subject) / start.isoformat()


def _manifest(draft: Draft, fingerprint: str, files: Mapping[str, bytes]) -> dict[str, object]:
    return {
        "report_id": draft.report_id,
        "kind": draft.kind,
        "kind_label": draft.kind_label,
        "subject": draft.subject,
        "subject_label": draft.subject_label,
        "period": {
            "rhythm": draft.period.rhythm,
            "start": draft.period.start.isoformat(),
            "end": draft.period.end.isoformat(),
            "zone": draft.period.zone,
        },
        "revision": draft.revision,
        "as_of": draft.as_of.isoformat(),
        "data_version": draft.data_version,
        "fingerprint": fingerprint,
        "is_demo": draft.is_demo,
        "is_silent": draft.is_silent,
        "quality": {"mark": draft.mark, "reasons": list(draft.reasons)},
        "changes": [
            {
                "figure": change.figure,
                "what": change.saying,
                "before": change.before,
                "after": change.after,
                "n_before": change.n_before,
                "n_after": change.n_after,
            }
            for change in draft.changes
        ],
        "files": [_file(name, content, draft) for name, content in files.items()],
    }


def _file(name: str, content: bytes, draft: Draft) -> dict[str, object]:
    stem, _, kind = name.partition(".")
    return {
        "name": name,
        "edition": stem if stem in draft.editions else "all",
        "format": kind,
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _write(period: Path, place: Path, files: Mapping[str, bytes]) -> None:
    period.mkdir(parents=True, exist_ok=True)
    _clear(period)
    fresh = period / f"{WRITING}{os.getpid()}"
    fresh.mkdir()
    for name, content in files.items():
        _write_file(fresh / name, content)
        failpoint("report.file_written")
    _sync(fresh)
    failpoint("report.before_rename")
    fresh.rename(place)
    failpoint("report.renamed")
    _sync(period)


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


def _clear(period: Path) -> None:
    """Remove what a killed or refused writer left."""
    for rest in period.glob(f"{WRITING}*"):
        shutil.rmtree(rest, ignore_errors=True)


def _revisions_of_period(period: Path) -> Iterator[Path]:
    return (folder for folder in _folders(period) if _REVISION.fullmatch(folder.name))


def _folders(root: Path) -> Iterator[Path]:
    if root.is_dir():
        yield from (path for path in root.iterdir() if path.is_dir() and not path.is_symlink())


def _read(folder: Path) -> ArchivedReport:
    path = folder / MANIFEST
    try:
        return _report(folder, json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReportError(
            str(path), f"cannot be read ({error})", "Restore it from a backup, or move it away"
        ) from error


def _report(folder: Path, stored: Mapping[str, Any]) -> ArchivedReport:
    manifest = stored if "kind" in stored else _of_first_layout(stored)
    period = manifest["period"]
    return ArchivedReport(
        **{name: manifest[name] for name in _AS_THEY_ARE},
        period=Period(date.fromisoformat(period["start"]), period["zone"], period["rhythm"]),
        as_of=datetime.fromisoformat(manifest["as_of"]),
        mark=manifest["quality"]["mark"],
        reasons=tuple(manifest["quality"]["reasons"]),
        changes=tuple(manifest["changes"]),
        files=tuple(ReportFile(**file) for file in manifest["files"]),
        folder=folder,
    )


def _of_first_layout(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return as today what was written when every report was the weekly one of a system."""
    known = {"kind": "weekly", "kind_label": "Weekly report", "is_demo": False, "is_silent": False}
    subject = {"subject": manifest["system"], "subject_label": manifest["system_label"]}
    return {**manifest, **known, **subject, "period": {**manifest["period"], "rhythm": "week"}}
