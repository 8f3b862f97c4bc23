"""A person erased from a home, and the proof that nothing of them is left."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from tracking_pipeline.errors import SettingsError
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.landing.erasure import archived, landed
from tracking_pipeline.landing.erasure.whom import Whom, folded, forms
from tracking_pipeline.landing.rebuild import rebuild as rebuild_landing
from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.pipeline.building import build
from tracking_pipeline.pipeline.clock import now_utc
from tracking_pipeline.pipeline.progress import Progress
from tracking_pipeline.pipeline.proof import Scanned, prove
from tracking_pipeline.pipeline.publishing import analyse, offer_tables
from tracking_pipeline.reports.erasure import remove_revisions, revisions_showing
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.isolated import one_server
from tracking_pipeline.sources.privacy import pseudonym
from tracking_pipeline.state import erasing
from tracking_pipeline.state.dismissals import drop_reasons
from tracking_pipeline.state.erasing import Erasing
from tracking_pipeline.state.erasures import (
    count_messages,
    drop_messages,
    entomb,
    note_erasure,
    scrub,
)
from tracking_pipeline.state.keys import pseudonym_key
from tracking_pipeline.state.people import forget, people
from tracking_pipeline.state.store import open_store
from tracking_pipeline.warehouse.connection import drop_set_aside, writer
from tracking_pipeline.warehouse.snapshot import publish

Builder = Callable[[Settings, Progress], None]

_PSEUDONYM_DIGITS = 32
_LEAST_CHARACTERS = 5


@dataclass(frozen=True)
class Held:
    """What a home holds of a person: records by table, then objects, files, reports, messages."""

    records: dict[str, int]
    n_objects: int
    n_landed_files: int
    n_reports: int
    n_messages: int

    @property
    def n_records(self) -> int:
        """How many landed records are about the person."""
        return sum(self.records.values())


def whom(settings: Settings, given: str) -> Whom:
    """Return who is meant by an e-mail address, name, profile address or pseudonym.

    Whoever is known under it is meant by their e-mail address and name, unless another has that
    name too. An erasure that was interrupted tells the rest. Raises SettingsError for what could
    mean many, and for another person while one is half erased.
    """
    text = " ".join(given.split())
    if len(text) < _LEAST_CHARACTERS or text.isdigit():
        reason = "is too short to mean one person"
        raise SettingsError(given, reason, "Give the whole name, or the e-mail address")
    key = pseudonym_key(settings)
    begun = erasing.unfinished(settings)
    with open_store(settings) as store:
        texts, pseudonyms = _known(store, text, key)
    if begun is not None:
        if not pseudonyms.intersection(begun.pseudonyms):
            fix = "Run `tracking erase` again for them first"
            raise SettingsError(given, "is another than the person who is half erased", fix)
        texts, pseudonyms = texts | set(begun.texts), pseudonyms | set(begun.pseudonyms)
    if not texts:
        texts = archived.plain_texts(settings, key, pseudonyms)
    pseudonyms |= _pseudonyms(texts, key)
    return Whom(tuple(sorted(texts)), frozenset(pseudonyms))


@one_server()
def held(settings: Settings, person: Whom) -> Held:
    """Return what the home holds of the person, and change nothing."""
    with open_store(settings) as store, writer(settings) as con:
        create_tables(con)
        found = landed.landed_records(con, person)
        return Held(
            {table: len(ids) for table, ids in sorted(found.items())},
            archived.held_in_archive(settings, person),
            landed.held_in_landing(settings, person),
            len(revisions_showing(settings, person)),
            count_messages(store, lambda text: person.traces(text) > 0),
        )


def build_anew(settings: Settings, progress: Progress) -> None:
    """Build and analyse every table, and publish them as a version that carries on nothing."""
    build(settings, progress=progress)
    analyse(settings)
    with writer(settings) as con:
        publish(settings, con, is_new=True)


@one_server()
def erase(
    settings: Settings, person: Whom, progress: Progress = print, tables: Builder = build_anew
) -> tuple[Scanned, ...]:
    """Erase the person from everything the home keeps and return what the proof searched.

    Interrupted at any moment, it is finished by running it again. It has ended when nothing was
    found; until then `tracking doctor` says that it has not. ``tables`` makes what readers get of
    the landed records that are left.
    """
    begun = _cut_out(settings, person, progress)
    progress("building every table anew")
    rebuild_landing(settings, now=now_utc(), progress=progress)
    drop_set_aside(settings)
    _entomb_what_is_gone(settings, begun)
    failpoint("erase.rebuilt")
    tables(settings, progress)
    if settings.tables_dir.exists():
        shutil.rmtree(settings.tables_dir)
        offer_tables(settings)
    failpoint("erase.published")
    remove_revisions(settings, person)
    _forget(settings, person)
    progress("searching everything")
    scanned = tuple(prove(settings, person))
    if not any(each.n_found for each in scanned):
        _note(settings, person, begun.n_records)
    return scanned


def _known(store: sa.Engine, text: str, key: bytes) -> tuple[set[str], set[str]]:
    """Return the texts and pseudonyms of whoever is known under ``text``."""
    known = people(store)
    is_pseudonym = len(text) == _PSEUDONYM_DIGITS and set(text) <= set("0123456789abcdef")
    texts = set() if is_pseudonym else {text}
    pseudonyms = {text} if is_pseudonym else _pseudonyms({text}, key)
    same = [each for each in known.values() if each.name and folded(each.name) == folded(text)]
    if len(same) > 1:
        reason = f"is the name of {len(same)} people"
        raise SettingsError(text, reason, "Give the e-mail address of the one to erase")
    for each in [known[one] for one in pseudonyms if one in known] + same:
        names = [other.name for other in known.values() if other.name]
        is_only = each.name and sum(folded(n) == folded(each.name) for n in names) == 1
        texts |= {each.email, str(each.name)} if is_only else {each.email}
        pseudonyms.add(each.pseudonym)
    return texts, pseudonyms


def _pseudonyms(texts: set[str], key: bytes) -> set[str]:
    """Return what stands for the texts in the tables, whichever form of Unicode a file has."""
    spelt = {form for text in texts for form in forms(text)}
    return {hashed for each in spelt if (hashed := pseudonym(each, key))}


def _cut_out(settings: Settings, person: Whom, progress: Progress) -> Erasing:
    """Cut the person out of archive and landing folder, and let their records stay out."""
    with open_store(settings) as store, writer(settings) as con:
        create_tables(con)
        progress("cutting the archive")
        cuts = archived.cut_objects(settings, person)
        found = landed.landed_records(con, person)
        own = set().union(*found.values())
        all_ = landed.records_of(con, archived.files_cut(settings, cuts)) | own
        begun = _begin(settings, person, len(own), all_)
        entomb(store, own, now_utc())
        failpoint("erase.entombed")
        archived.replace_objects(settings, person, cuts)
        failpoint("erase.archive_cleared")
        progress("cutting the landing folder")
        landed.clear_landing(settings, store, person)
        failpoint("erase.landing_cleared")
    return begun


def _begin(settings: Settings, person: Whom, n_records: int, record_ids: set[str]) -> Erasing:
    """Note what is about to be done, beside what an interrupted run had noted."""
    before = erasing.unfinished(settings)
    if before is not None:
        n_records = max(n_records, before.n_records)
        record_ids = record_ids | set(before.record_ids)
    hashes, ids = tuple(sorted(person.pseudonyms)), tuple(sorted(record_ids))
    begun = Erasing(person.texts, hashes, n_records, ids)
    erasing.begin(settings, begun)
    failpoint("erase.begun")
    return begun


def _entomb_what_is_gone(settings: Settings, begun: Erasing) -> None:
    """Keep out, too, what others' records were before a text in them that named the person."""
    with open_store(settings) as store, writer(settings) as con:
        entomb(store, landed.gone(con, begun.record_ids), now_utc())


def _forget(settings: Settings, person: Whom) -> None:
    with open_store(settings) as store:
        for each in person.pseudonyms:
            forget(store, each)
        failpoint("erase.forgotten")
        drop_messages(store, lambda text: person.traces(text) > 0)
        drop_reasons(store, lambda text: person.traces(text) > 0)
        failpoint("erase.messages_dropped")
        scrub(store)


def _note(settings: Settings, person: Whom, n_records: int) -> None:
    """Note that it is done, under a mark that stands in no table: the pseudonym hashed again."""
    key = pseudonym_key(settings)
    with open_store(settings) as store:
        note_erasure(store, str(pseudonym(min(person.pseudonyms), key)), n_records, now_utc())
    failpoint("erase.noted")
    erasing.end(settings)
