"""Killed at each of its moments, an erasure is finished by running it again."""

import shutil
import signal
from pathlib import Path

import pytest

from tracking_pipeline.pipeline import erasure, loading, proof
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.privacy import pseudonym
from tracking_pipeline.state import erasing
from tracking_pipeline.state.keys import pseudonym_key
from tracking_pipeline.state.store import erasures, open_store, tombstones
from tracking_pipeline_tests.erasure.scenario import EMILY, JOHN, JOHN_NAME, deliver_few, one_table
from tracking_pipeline_tests.erasure.test_erase import Rows, figures_of, landed, quiet
from tracking_pipeline_tests.faults.erase_once import erase_once
from tracking_pipeline_tests.forks import run_apart

pytestmark = pytest.mark.faults

POINTS = (
    *("erase.object_cut:3", "erase.begun", "erase.entombed", "ingest.journal_synced"),
    *("erase.journal_rewritten", "erase.object_removed:2", "erase.archive_cleared"),
    *("erase.ledger_told:3", "erase.landed_file_done:2", "erase.landing_cleared"),
    *("warehouse.log_set_aside", "ingest.committed", "erase.rebuilt"),
    *("publish.pointed", "erase.published", "erase.report_set_aside", "erase.report_removed"),
    *("erase.forgotten", "erase.messages_dropped", "erase.noted"),
)


def erase(place: Path, **environment: str) -> int:
    return run_apart(erase_once, place, JOHN, **environment)


def of(place: Path) -> Settings:
    return Settings(home=place, stable_seconds=0, threads=1)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a few records of several files, a published table and a report."""
    settings = of(tmp_path_factory.mktemp("prepared") / "home")
    deliver_few(settings)
    loading.ingest(settings, progress=quiet)
    one_table(settings, quiet)
    report = settings.reports_dir / "team_value" / "default" / "2025-11-01" / "r1" / "report.html"
    report.parent.mkdir(parents=True)
    report.write_text(JOHN_NAME)
    return settings.home_dir


@pytest.fixture(scope="module")
def undisturbed(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Rows], int, list[str]]:
    """The tables and the count of tombstones of an erasure that nothing disturbs; its points."""
    place = tmp_path_factory.mktemp("undisturbed") / "home"
    shutil.copytree(prepared, place)
    log = place.parent / "passages"
    assert erase(place, TRACKING_FAILPOINT_LOG=str(log)) == 0
    return landed(of(place)), tombs(of(place)), log.read_text().split()


def tombs(settings: Settings) -> int:
    with open_store(settings) as store, store.begin() as connection:
        return len(connection.execute(tombstones.select()).all())


def test_an_erasure_passes_every_moment_that_is_killed(
    undisturbed: tuple[dict[str, Rows], int, list[str]],
) -> None:
    passed = {each for each in undisturbed[2] if each.startswith("erase.")}
    assert {point.split(":")[0] for point in passed} <= {point.split(":")[0] for point in POINTS}
    assert {point if ":" in point else f"{point}:1" for point in POINTS} <= set(undisturbed[2])


@pytest.mark.parametrize("point", POINTS)
def test_after_a_kill_the_next_run_finishes(
    prepared: Path,
    undisturbed: tuple[dict[str, Rows], int, list[str]],
    tmp_path: Path,
    point: str,
) -> None:
    expected, n_tombs, _ = undisturbed
    place = tmp_path / "home"
    shutil.copytree(prepared, place)
    settings = of(place)
    assert erase(place, TRACKING_FAILPOINT=point) == -signal.SIGKILL
    assert (erasing.unfinished(settings) is None) == point.startswith("erase.object_cut")
    assert erase(place) == 0
    assert erasing.unfinished(settings) is None
    assert landed(settings) == expected
    assert tombs(settings) == n_tombs
    assert sum(each.n_found for each in proof.prove(settings, erasure.whom(settings, JOHN))) == 0
    with open_store(settings) as store, store.begin() as connection:
        assert connection.execute(erasures.select()).all()
    emily = str(pseudonym(EMILY, pseudonym_key(settings)))
    figures = figures_of(settings, emily)
    assert figures == figures_of(of(prepared), emily)
    assert [len(rows) for rows in figures.values()] == [3]
    shutil.rmtree(place)
