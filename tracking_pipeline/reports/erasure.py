"""The report archive without a person: revisions that show them are removed, and owed anew."""

import shutil
from contextlib import suppress
from pathlib import Path

from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.landing.erasure.scan import traces
from tracking_pipeline.landing.erasure.whom import Whom
from tracking_pipeline.reports.archive import WRITING, revision_folders
from tracking_pipeline.reports.subject import folder_name
from tracking_pipeline.settings import Settings


def revisions_showing(settings: Settings, whom: Whom) -> list[Path]:
    """Return the folders of the revisions that are about the person or show them, sorted."""
    own = {folder_name(pseudonym) for pseudonym in whom.pseudonyms}
    return sorted(
        folder
        for folder in revision_folders(settings.reports_dir)
        if not own.isdisjoint(folder.parts)
        or any(traces(settings, file, whom) for file in folder.rglob("*") if file.is_file())
    )


def remove_revisions(settings: Settings, whom: Whom) -> int:
    """Remove those revisions, each at once; return how many."""
    folders = revisions_showing(settings, whom)
    for folder in folders:
        aside = folder.with_name(f"{WRITING}{folder.name}")
        folder.rename(aside)
        failpoint("erase.report_set_aside")
        _remove(settings, aside)
    for aside in settings.reports_dir.glob(f"*/*/*/{WRITING}*"):
        _remove(settings, aside)
    return len(folders)


def _remove(settings: Settings, folder: Path) -> None:
    """Remove a folder and those above it that it leaves empty."""
    shutil.rmtree(folder)
    failpoint("erase.report_removed")
    with suppress(OSError):
        for above in folder.relative_to(settings.reports_dir).parents[:-1]:
            (settings.reports_dir / above).rmdir()
