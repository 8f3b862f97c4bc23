import shutil
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import tracking_pipeline
from tracking_pipeline.errors import WarehouseCorruptError
from tracking_pipeline.landing.rebuild import rebuild
from tracking_pipeline.settings import Settings
from tracking_pipeline.sources.read import read
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline_tests.landing.scenario import NOW, drop, home, load_due, quiet, rows

SHIPPED = Path(tracking_pipeline.__file__).parent / "demo" / "engine_logs"
TABLES = [kind.table for source in SOURCES.values() for kind in source.kinds]
BOOKS = ["manifest", "quarantine", "findings"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return home(tmp_path)


def contents(settings: Settings) -> dict[str, pl.DataFrame]:
    with writer(settings) as con:
        return {
            name: con.execute(f"from landing.{name} order by all").pl()
            for name in (*TABLES, *BOOKS)
        }


def assert_same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> None:
    for name, table in one.items():
        assert_frame_equal(table, other[name])


def test_seven_logs_and_the_training_sets_that_repeat_them_are_seven_rows(
    settings: Settings,
) -> None:
    """The sets hold 1 + 2 + 2 + 4 + 5 + 6 + 7 = 27 repetitions."""
    shutil.copytree(SHIPPED / "production_logs", settings.landing_dir / "engine_logs" / "logs")
    summary = load_due(settings, read)
    assert (summary.n_files, summary.n_records) == (14, 34)
    assert (summary.n_accepted, summary.n_duplicate, summary.n_quarantined) == (7, 27, 0)
    assert rows(settings, "select count(*) from landing.campaign_generation") == [(3,)]
    assert rows(settings, "select count(*) from landing.enrichment_decision") == [(4,)]


def test_a_training_set_that_comes_first_gives_the_same_rows(settings: Settings) -> None:
    sets = sorted((SHIPPED / "production_logs" / "training_data").iterdir())
    drop(settings, "set.json", sets[-1].read_bytes())
    assert load_due(settings, read).n_accepted == 7
    shutil.copytree(SHIPPED / "production_logs", settings.landing_dir / "engine_logs" / "logs")
    assert load_due(settings, read).n_accepted == 0


def test_a_damaged_warehouse_is_rebuilt_from_the_archive_alone(settings: Settings) -> None:
    room = settings.landing_dir / "engine_logs"
    shutil.copytree(SHIPPED / "production_logs", room / "logs")
    load_due(settings, read)
    shutil.copytree(SHIPPED / "database_logs", room / "database_logs")
    drop(settings, "a.jsonl", '{"log_type": "nonsense"}\n{"log_type": ')
    load_due(settings, read)
    drop(settings, "a.jsonl", '{"log_type": "nonsense"}\n{"log_type": 1}\n')
    shutil.copytree(room / "logs", room / "again")
    load_due(settings, read)
    before = contents(settings)
    assert before["quarantine"].height == 2

    shutil.rmtree(settings.landing_dir)
    settings.warehouse_file.write_bytes(b"ruined" * 4096)
    with pytest.raises(WarehouseCorruptError, match="tracking rebuild"), writer(settings):
        pass
    summary = rebuild(settings, now=NOW, progress=quiet)
    assert summary.failures == ()
    assert_same(before, contents(settings))
    (aside,) = settings.warehouse_file.parent.glob("warehouse-*.duckdb")
    assert aside.read_bytes().startswith(b"ruined")


def test_a_damaged_object_is_named_and_stops_no_other(settings: Settings) -> None:
    log, other = sorted((SHIPPED / "production_logs" / "campaign_generation").iterdir())[:2]
    drop(settings, "a.json", log.read_bytes())
    drop(settings, "b.json", other.read_bytes())
    load_due(settings, read)
    ((object_hash,),) = rows(
        settings, "select object_hash from landing.manifest where relative_path = 'a.json'"
    )
    damaged = settings.archive_dir / "objects" / object_hash[:2] / object_hash
    damaged.chmod(0o600)
    damaged.write_bytes(b"{}")
    summary = rebuild(settings, now=NOW, progress=quiet)
    assert summary.n_accepted == 1
    (failure,) = summary.failures
    assert failure.relative_path == "a.json"
    assert "is damaged" in failure.error
