"""The archive without a person: objects cut, and the journal told."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.landing import archive, journal
from tracking_pipeline.landing.erasure.content import Cut, cut, unpacked
from tracking_pipeline.landing.erasure.whom import Whom, unescaped
from tracking_pipeline.landing.journal import Entry
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.privacy import pseudonym
from tracking_pipeline.sources.registry import SOURCES

# A text in quotes, or what stands between the delimiters of CSV and YAML.
# No text that stands for a person is longer; unbounded, each quotation that stays open is read on
# to its end.
TEXT = re.compile(r'"((?:[^"\\]|\\.){0,400})"|([^,;\t\n":{}\[\]]+(?::[^\s,;"{}\[\]]+)?)')
_CHUNK_BYTES = 8 * 2**20

Cuts = dict[tuple[str, str, str], str]
"""The hash of the object without the person, by old hash, source and path of its delivery."""


def cut_objects(settings: Settings, whom: Whom) -> Cuts:
    """Lay beside every object that holds the person one without them; nothing names it yet.

    Only the one writer may call it.
    """
    cuts: Cuts = {}
    for key, entry in {_key(entry): entry for entry in _entries(settings)}.items():
        found = _cut(settings, entry, whom)
        if found is not None:
            copied = archive.Copied(found.temporary, "", found.object_hash, 0)
            archive.settle(settings.archive_dir, [copied])
            cuts[key] = found.object_hash
            failpoint("erase.object_cut")
    return cuts


def files_cut(settings: Settings, cuts: Cuts) -> list[str]:
    """Return the ids of the deliveries whose objects were cut."""
    return [entry.file_id for entry in _entries(settings) if _key(entry) in cuts]


def replace_objects(settings: Settings, whom: Whom, cuts: Cuts) -> None:
    """Let the journal name the new objects and no path the person, and remove the old ones.

    Of each file it keeps the content hash as delivered, so that the same bytes are known when they
    come again. Only the one writer may call it.
    """
    folder = settings.archive_dir
    for batch_id in journal.batches_after(folder, 0):
        entries = journal.read_batch(folder, batch_id)
        cleared = [_cleared(entry, whom, cuts) for entry in entries]
        if cleared != entries:
            journal.write_batch(folder, batch_id, cleared)
            failpoint("erase.journal_rewritten")
    for entry in journal.unloaded(folder):
        journal.set_aside(folder, [_cleared(entry, whom, cuts)])
    _remove_unnamed(settings)


def held_in_archive(settings: Settings, whom: Whom) -> int:
    """Return how many archived objects hold the person."""
    held = set()
    for entry in _entries(settings):
        found = _cut(settings, entry, whom)
        if found is not None:
            found.temporary.unlink()
            held.add(entry.object_hash)
    return len(held)


def plain_texts(settings: Settings, key: bytes, pseudonyms: Collection[str]) -> set[str]:
    """Return the texts in the archive for which ``pseudonyms`` stand."""
    found: set[str] = set()
    for object_hash in {entry.object_hash for entry in _entries(settings)}:
        file = archive.object_path(settings.archive_dir, object_hash)
        with unpacked(settings, file) as found_in:
            raw = found_in.content
            for first in range(0, len(raw), _CHUNK_BYTES):
                # A text that a cut goes through is found in the piece behind it.
                text = bytes(raw[max(first - 4096, 0) : first + _CHUNK_BYTES]).decode(
                    errors="replace"
                )
                said = {a or b for a, b in TEXT.findall(text)}
                plain = (unescaped(each).strip() for each in said)
                found |= {each for each in plain if pseudonym(each, key) in pseudonyms}
    return found


def _entries(settings: Settings) -> Iterator[Entry]:
    folder = settings.archive_dir
    for batch_id in journal.batches_after(folder, 0):
        yield from journal.read_batch(folder, batch_id)
    yield from journal.unloaded(folder)


def _key(entry: Entry) -> tuple[str, str, str]:
    return entry.object_hash, entry.delivery.source, entry.delivery.relative_path


def _cleared(entry: Entry, whom: Whom, cuts: Cuts) -> Entry:
    path = whom.without(entry.delivery.relative_path)
    return replace(
        entry,
        object_hash=cuts.get(_key(entry), entry.object_hash),
        delivery=replace(entry.delivery, relative_path=path),
    )


def _cut(settings: Settings, entry: Entry, whom: Whom) -> Cut | None:
    file = archive.object_path(settings.archive_dir, entry.object_hash)
    if not file.exists():
        return None
    source = SOURCES[entry.delivery.source]
    return cut(settings, file, entry.delivery.relative_path, source, whom)


def _remove_unnamed(settings: Settings) -> None:
    """Remove the objects that no delivery names any more."""
    named = {entry.object_hash for entry in _entries(settings)}
    for file in (settings.archive_dir / "objects").glob("*/*"):
        if file.name not in named:
            file.unlink()
            failpoint("erase.object_removed")
