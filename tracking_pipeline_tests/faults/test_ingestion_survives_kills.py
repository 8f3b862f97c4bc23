import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import tracking_pipeline
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline_tests.faults.load_once import load_once
from tracking_pipeline_tests.forks import run_apart
from tracking_pipeline_tests.landing.scenario import drop, home, rows

pytestmark = pytest.mark.faults

LOGS = Path(tracking_pipeline.__file__).parent / "demo" / "engine_logs" / "production_logs"
TABLES = [kind.table for source in SOURCES.values() for kind in source.kinds]
LINE = (
    '{"log_type": "campaign_generation", "session_id": "%s", '
    '"timestamp": "2025-08-01T10:00:00", "generation_output": {"message_quality_score": %d}}\n'
)
KILLS = 44


def load(place: Path, **environment: str) -> int:
    status = run_apart(load_once, place, **environment)
    assert status in (0, -signal.SIGKILL)
    return status


def contents(place: Path) -> dict[str, pl.DataFrame]:
    names = (*TABLES, "manifest", "quarantine", "findings")
    with writer(Settings(home=place)) as con:
        return {name: con.execute(f"from landing.{name} order by all").pl() for name in names}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a past, in whose landing folder every kind of change waits."""
    settings = home(tmp_path_factory.mktemp("prepared"))
    for number, name in enumerate(("grows.jsonl", "rotates.jsonl", "repeats.jsonl"), start=1):
        drop(settings, name, LINE % (name, 1) + LINE % ("common", number) + "broken\n")
    assert load(settings.home_dir) == 0
    drop(settings, "grows.jsonl", LINE % ("grows.jsonl", 1) + LINE % ("common", 1) + "broken\n")
    with (settings.landing_dir / "engine_logs" / "grows.jsonl").open("a") as grows:
        grows.write(LINE % ("common", 3) + LINE % ("grown", 1) + '{"pending')
    drop(settings, "rotates.jsonl", LINE % ("rotated", 1))
    drop(settings, "copy.jsonl", LINE % ("repeats.jsonl", 1) + LINE % ("common", 3) + "broken\n")
    drop(settings, "culprit.jsonl", LINE % ("culprit", 1))
    newest_set = max((LOGS / "training_data").iterdir())
    drop(settings, "set.json", newest_set.read_bytes())
    return settings.home_dir


@pytest.fixture(scope="module")
def undisturbed(
    prepared: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, pl.DataFrame], list[str]]:
    """The tables of a run that nothing disturbs, and the failpoints it passed."""
    place = tmp_path_factory.mktemp("undisturbed") / "home"
    shutil.copytree(prepared, place)
    log = place.parent / "passages"
    assert load(place, TRACKING_FAILPOINT_LOG=str(log)) == 0
    return contents(place), log.read_text().split()


def sample(passages: list[str]) -> list[str]:
    """Every point's first passage and, evenly, as many others as are wanted."""
    first = [passage for passage in passages if passage.endswith(":1")]
    others = [passage for passage in passages if passage not in first]
    wanted = max(KILLS - len(first), 0)
    return first + [others[i * len(others) // wanted] for i in range(wanted)]


def test_a_run_passes_every_kind_of_moment(
    undisturbed: tuple[dict[str, pl.DataFrame], list[str]],
) -> None:
    tables, passages = undisturbed
    assert len({each.split(":")[0] for each in passages if each.startswith("ingest.")}) >= 12
    assert len(set(sample(passages))) >= 40
    fates = tables["manifest"].select(
        pl.col("n_accepted", "n_duplicate", "n_quarantined", "n_pending").sum()
    )
    assert all(count > 0 for count in fates.row(0))
    assert set(tables["manifest"]["outcome"]) == {"loaded", "duplicate_delivery"}


def test_after_a_kill_at_any_moment_the_next_run_makes_the_same_tables(
    prepared: Path,
    undisturbed: tuple[dict[str, pl.DataFrame], list[str]],
    tmp_path: Path,
) -> None:
    expected, passages = undisturbed

    def kill_and_load(passage: str) -> dict[str, pl.DataFrame]:
        place = tmp_path / passage.replace(":", "-")
        shutil.copytree(prepared, place)
        assert load(place, TRACKING_FAILPOINT=passage) == -signal.SIGKILL, passage
        assert load(place) == 0, passage
        leftovers = [*(place / "archive" / "incoming").iterdir(), *place.rglob("*.tmp")]
        assert leftovers == [], passage
        found = contents(place)
        shutil.rmtree(place)
        return found

    with ThreadPoolExecutor(2) as pool:
        for found in pool.map(kill_and_load, sample(passages)):
            for name, table in expected.items():
                assert_frame_equal(found[name], table)


def test_a_delivery_that_vanishes_after_the_kill_is_loaded_from_the_archive(
    prepared: Path,
    undisturbed: tuple[dict[str, pl.DataFrame], list[str]],
    tmp_path: Path,
) -> None:
    place = tmp_path / "home"
    shutil.copytree(prepared, place)
    assert load(place, TRACKING_FAILPOINT="ingest.journal_written") == -signal.SIGKILL
    shutil.rmtree(place / "landing")
    (place / "landing" / "engine_logs").mkdir(parents=True)
    assert load(place) == 0
    for name, table in undisturbed[0].items():
        assert_frame_equal(contents(place)[name], table)


def test_a_first_run_survives_a_kill_while_the_warehouse_is_made(tmp_path: Path) -> None:
    settings = home(tmp_path)
    drop(settings, "a.jsonl", LINE % ("a", 1))
    for point in ("warehouse.create", "warehouse.created", "ingest.swept"):
        assert load(settings.home_dir, TRACKING_FAILPOINT=point) == -signal.SIGKILL
    assert load(settings.home_dir) == 0
    assert rows(settings, "select count(*) from landing.campaign_generation") == [(1,)]
