"""One erased engineer and one erased lead, in a home that holds others too."""

import gzip
import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
import zstandard
from click.testing import CliRunner

from tracking_pipeline.cli.main import main
from tracking_pipeline.cli.people import print_proof
from tracking_pipeline.doctor import examine
from tracking_pipeline.errors import SettingsError
from tracking_pipeline.landing.rebuild import rebuild
from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.pipeline import building, erasure, loading, proof, publishing
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.privacy import pseudonym
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.state import erasing
from tracking_pipeline.state.keys import pseudonym_key
from tracking_pipeline.state.people import Person, people, remember
from tracking_pipeline.state.store import erasures, open_store, outbox, tombstones
from tracking_pipeline.transform.build import build
from tracking_pipeline.warehouse.connection import drop_set_aside, writer
from tracking_pipeline.warehouse.snapshot import open_snapshot
from tracking_pipeline_tests.erasure.scenario import (
    EMILY,
    EMILY_NAME,
    JOHN,
    JOHN_NAME,
    LEAD,
    deliver_everything,
    execution,
    lines,
    one_table,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MONTH = date(2025, 11, 1)
TABLES = sorted(kind.table for source in SOURCES.values() for kind in source.kinds)
FATES = "n_accepted + n_duplicate + n_quarantined + n_blank + n_pending"

Rows = list[tuple[Any, ...]]


def quiet(_message: str) -> None:
    return None


def landed(settings: Settings) -> dict[str, Rows]:
    with writer(settings) as con:
        names = [*TABLES, "manifest", "quarantine", "findings"]
        return {n: con.execute(f"from landing.{n} order by all").fetchall() for n in names}


def figures_of(settings: Settings, hashed: str) -> dict[str, Rows]:
    """Return every published figure of one engineer, but for what identifies rows."""
    with open_snapshot(settings) as con:
        tables = con.execute(
            "select table_name from information_schema.columns "
            "where table_schema = 'marts' and column_name = 'engineer_hash'"
        ).fetchall()
        return {
            name: con.execute(
                f"from marts.{name} where engineer_hash = ? order by all", [hashed]
            ).fetchall()
            for (name,) in tables
        }


def every_model(settings: Settings) -> None:
    """Build and publish every model without its tests, which are the point of others."""
    with writer(settings) as con:
        create_tables(con)
        project = building.sql_project()
        list(build(con, project, variables=building.variables(settings), run_tests=False))
    publishing.analyse(settings)
    publishing.publish(settings)


def message(pseudonym_: str, text: str) -> dict[str, object]:
    moment = NOW.replace(tzinfo=None)
    return {
        "message_id": text,
        "kind": "weekly",
        "pseudonym": pseudonym_,
        "subject": "Your week",
        "html": f"<p>{text}</p>",
        "text": text,
        "status": "pending",
        "due_at": moment,
        "created_at": moment,
    }


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with everything in it, reported on."""
    settings = Settings(
        home=tmp_path_factory.mktemp("before") / "home", stable_seconds=0, threads=2
    )
    deliver_everything(settings)
    loading.ingest(settings, progress=quiet)
    every_model(settings)
    wanted = [
        *publishing.reports_of(settings, "business_value", None, MONTH),
        *publishing.reports_of(settings, "team_value", None, MONTH),
    ]
    assert len(list(publishing.reports(settings, wanted, NOW))) == 3
    publishing.offer_tables(settings)
    key = pseudonym_key(settings)
    with open_store(settings) as store, store.begin() as connection:
        for email in (JOHN, EMILY):
            row = message(str(pseudonym(email, key)), f"to {email}")
            connection.execute(outbox.insert().values(row))
    return settings


@pytest.fixture(scope="module")
def erased(before: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same home without the engineer."""
    settings = copy(before, tmp_path_factory.mktemp("erased"))
    environment = {"TRACKING_HOME": str(settings.home_dir), "TRACKING_STABLE_SECONDS": "0"}
    answered = CliRunner().invoke(main, ["erase", JOHN, "--yes"], env=environment)
    (settings.home_dir.parent / "answer").write_text(answered.output)
    assert answered.exit_code == 0, answered.output
    return settings


def copy(settings: Settings, folder: Path) -> Settings:
    shutil.copytree(settings.home_dir, folder / "home")
    return Settings(home=folder / "home", stable_seconds=0, threads=2)


def test_the_proof_finds_the_person_before_and_nowhere_after(
    before: Settings, erased: Settings
) -> None:
    whom = erasure.whom(before, JOHN)
    found = {each.part for each in proof.prove(before, whom) if each.n_found}
    assert found >= {
        *("archive", "landing", "reports", "snapshots", "state", "tables"),
        *("warehouse tables", "snapshot tables"),
    }
    assert sum(each.n_found for each in proof.prove(erased, whom)) == 0
    answer = (erased.home_dir.parent / "answer").read_text().splitlines()
    assert answer[-1] == "0 occurrences"
    assert "john" not in "\n".join(answer).lower()


def test_the_figures_of_another_are_the_same_to_the_last_digit(
    before: Settings, erased: Settings
) -> None:
    emily, john = (str(pseudonym(each, pseudonym_key(before))) for each in (EMILY, JOHN))
    expected = figures_of(before, emily)
    assert sum(map(len, expected.values())) > 20
    assert figures_of(erased, emily) == expected
    assert sum(map(len, figures_of(before, john).values())) > 20
    assert sum(map(len, figures_of(erased, john).values())) == 0


def test_files_of_the_person_alone_go_and_others_stay(erased: Settings) -> None:
    room = erased.landing_dir / "telemetry"
    left = sorted(str(file.relative_to(room)) for file in room.rglob("*") if file.is_file())
    assert [name for name in left if "erased-" not in name] == [
        "both.jsonl",
        "databases/emily-performance_telemetry.db",
        "exports/emily-business-value-report.yaml",
        "team.yaml",
    ]
    assert len(left) == 5
    assert loading.ingest(erased, progress=quiet).n_files == 0  # the home is a copy: other inodes
    assert loading.scan(erased) == []


def test_the_books_balance_and_a_rebuild_gives_the_same_tables(
    erased: Settings, tmp_path: Path
) -> None:
    settings = copy(erased, tmp_path)
    expected = landed(settings)
    rebuild(settings, now=NOW, progress=quiet)
    drop_set_aside(settings)
    one_table(settings, quiet)
    assert landed(settings) == expected
    with writer(settings) as con:
        unbalanced = f"select count(*) from landing.manifest where n_records <> {FATES}"
        assert con.execute(unbalanced).fetchall() == [(0,)]
        blank = con.execute("select sum(n_blank) from landing.manifest").fetchall()[0][0]
    assert blank == 6  # 3 whole files, a line in each of 2, an engineer of the team
    whom = erasure.whom(settings, JOHN)
    assert sum(each.n_found for each in proof.prove(settings, whom)) == 0


def test_what_is_delivered_again_stays_out_and_what_is_new_comes_in(
    before: Settings, erased: Settings, tmp_path: Path
) -> None:
    settings = copy(erased, tmp_path)
    n_before = {table: len(rows) for table, rows in landed(settings).items()}
    again = settings.landing_dir / "telemetry" / "again"
    shutil.copytree(before.landing_dir / "telemetry", again)
    (again / "other bytes.jsonl").write_bytes(lines(execution(JOHN, 3), execution(JOHN, 1)) + b"\n")
    assert loading.returned(settings) == []
    summary = loading.ingest(settings, progress=quiet)
    assert summary.n_accepted == 0
    told = next(each for each in examine(settings) if each.subject == "erased records")
    assert told.state == "delivered again in 1 files: telemetry/again/other bytes.jsonl"
    assert not told.is_well
    assert summary.n_duplicate_deliveries == 8
    assert {t: len(rows) for t, rows in landed(settings).items() if t in TABLES} == {
        table: n_before[table] for table in TABLES
    }
    with open_store(settings) as store:
        assert [each.email for each in people(store).values()] == [EMILY]
    archived = [file.read_bytes() for file in settings.archive_dir.glob("objects/*/*")]
    assert sum(JOHN.encode() in content for content in archived) == 1  # the other bytes alone
    (again / "new.jsonl").write_bytes(lines(execution(JOHN, 59)))
    assert loading.ingest(settings, progress=quiet).n_accepted == 1
    with open_store(settings) as store:
        assert sorted(each.email for each in people(store).values()) == [EMILY, JOHN]


def test_reports_that_showed_the_person_are_owed_anew(before: Settings, erased: Settings) -> None:
    john = str(pseudonym(JOHN, pseudonym_key(before)))
    assert (before.reports_dir / "business_value" / john).exists()
    assert not list(erased.reports_dir.glob(f"*/{john}"))
    owed = publishing.owed_reports(erased, NOW)
    assert {each.kind for each in owed} >= {"team_value"}
    assert john not in {each.subject for each in owed}


def test_the_state_keeps_no_word_of_the_person(erased: Settings) -> None:
    john = str(pseudonym(JOHN, pseudonym_key(erased)))
    with open_store(erased) as store, store.begin() as connection:
        assert [row.text for row in connection.execute(outbox.select())] == [f"to {EMILY}"]
        noted = connection.execute(erasures.select()).all()
        assert len(connection.execute(tombstones.select()).all()) > 300
    assert [(row.n_records > 300, row.pseudonym == john) for row in noted] == [(True, False)]
    assert erasing.unfinished(erased) is None


def test_a_dry_run_changes_nothing(before: Settings) -> None:
    files = {f: f.stat().st_mtime_ns for f in before.home_dir.rglob("*") if f.suffix != ".lock"}
    environment = {"TRACKING_HOME": str(before.home_dir)}
    answered = CliRunner().invoke(main, ["erase", JOHN_NAME, "--dry-run"], env=environment)
    assert answered.exit_code == 0, answered.output
    assert "6  archived objects" in answered.output
    changed = [
        file for file, mtime in files.items() if file.is_file() and file.stat().st_mtime_ns != mtime
    ]
    assert [file for file in changed if file.parent.name not in ("state", "warehouse")] == []


@pytest.mark.parametrize("given", ["name", "pseudonym"])
def test_a_lead_is_erased_by_name_or_pseudonym(
    before: Settings, tmp_path: Path, given: str
) -> None:
    settings = copy(before, tmp_path)
    hashed = str(pseudonym(LEAD, pseudonym_key(settings)))
    whom = erasure.whom(settings, LEAD if given == "name" else hashed)
    assert whom.texts == (LEAD,)
    scanned = erasure.erase(settings, whom, quiet, one_table)
    assert sum(each.n_found for each in scanned) == 0
    with writer(settings) as con:
        left = con.execute("select lead_name_hash from landing.campaign_generation").fetchall()
    assert left == [(pseudonym("Another Lead", pseudonym_key(settings)),)]


@pytest.mark.parametrize("given", ["Al", "1234567", " x "])
def test_what_could_mean_many_is_refused(before: Settings, given: str) -> None:
    with pytest.raises(SettingsError, match="too short"):
        erasure.whom(before, given)


def test_a_name_of_two_people_is_refused_and_no_address_stands_for_it(
    before: Settings, tmp_path: Path
) -> None:
    settings = copy(before, tmp_path)
    with open_store(settings) as store:
        remember(store, [Person("f" * 32, "other@company.example", JOHN_NAME)], NOW)
    with pytest.raises(SettingsError, match="2 people"):
        erasure.whom(settings, JOHN_NAME)
    assert erasure.whom(settings, JOHN).texts == (JOHN,)


def test_a_half_erased_home_says_so_and_takes_no_other_person(
    before: Settings, tmp_path: Path
) -> None:
    settings = copy(before, tmp_path)
    whom = erasure.whom(settings, JOHN)
    erasing.begin(settings, erasing.Erasing(whom.texts, tuple(whom.pseudonyms), 1, ()))
    finding = next(each for each in examine(settings) if each.subject == "erasure")
    assert not finding.is_well
    with pytest.raises(SettingsError, match="half erased"):
        erasure.whom(settings, EMILY_NAME)
    assert erasure.whom(settings, JOHN) == whom


def test_a_name_is_erased_in_every_form_of_unicode_and_from_paths(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", stable_seconds=0, threads=2)
    room = settings.landing_dir / "telemetry"
    room.mkdir(parents=True)
    composed, apart = (normalize(form, "Víctor Zéro") for form in ("NFC", "NFD"))
    profile = f"engineer_profile: {{name: {composed}, email: victor@company.example}}\n"
    (room / "victor-zero.yaml").write_text(profile)
    notes = [
        execution(EMILY, n, error_type=f"ask {name}") for n, name in enumerate((composed, apart))
    ]
    text = "\n".join(json.dumps(note, ensure_ascii=False) for note in notes)
    (room / "notes.jsonl").write_text(text + "\n")
    loading.ingest(settings, progress=quiet)
    one_table(settings, quiet)
    whom = erasure.whom(settings, apart)
    assert "victor@company.example" in whom.texts
    assert sum(each.n_found for each in erasure.erase(settings, whom, quiet, one_table)) == 0
    kept = [file for file in settings.home_dir.rglob("*") if file.is_file()]
    assert not [file for file in kept if b"ctor" in file.read_bytes()]
    assert not [file for file in kept if "victor" in file.name]
    with writer(settings) as con:
        assert con.execute("select count(*) from landing.capability_execution").fetchall() == [(2,)]


def test_a_file_that_was_cut_off_goes_and_what_cannot_be_searched_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(home=tmp_path / "home", stable_seconds=0, threads=2)
    room = settings.landing_dir / "telemetry"
    room.mkdir(parents=True)
    (room / "emily.jsonl").write_bytes(lines(execution(EMILY)))
    (room / "cut.jsonl.gz").write_bytes(gzip.compress(lines(execution(JOHN)))[:-5])
    (room / "closed.jsonl.zst").write_bytes(zstandard.compress(lines(execution(EMILY)))[:-5])
    (room / ".hidden").write_text(JOHN)
    loading.ingest(settings, progress=quiet)
    one_table(settings, quiet)
    whom = erasure.whom(settings, JOHN)
    first = {each.part: each for each in erasure.erase(settings, whom, quiet, one_table)}
    assert first["landing"].places == ("landing/telemetry/.hidden",)
    (room / ".hidden").unlink()
    scanned = erasure.erase(settings, whom, quiet, one_table)
    told = {each.part: each for each in scanned}
    assert sum(each.n_found for each in scanned) == 0
    assert not (room / "cut.jsonl.gz").exists()
    assert told["landing"].unsearched[0].startswith("landing/telemetry/closed.jsonl.zst: the zst")
    assert len(told["archive"].unsearched) == 1
    assert print_proof(scanned) == 1
    assert "2 files cannot be searched" in capsys.readouterr().out
    assert erasing.unfinished(settings) is None
