from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.errors import WarehouseBusyError
from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse.connection import writer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, writer_wait_seconds=0)


def test_who_writes_already_gets_the_same_connection_and_keeps_it(settings: Settings) -> None:
    with writer(settings) as con:
        with writer(settings) as again:
            again.execute("create table there as select 1 as one")
        assert con.execute("from there").fetchall() == [(1,)]
    with pytest.raises(duckdb.ConnectionException):
        con.execute("from there")
    with writer(settings) as fresh:
        assert fresh.execute("from there").fetchall() == [(1,)]


def test_another_home_is_another_warehouse(settings: Settings, tmp_path: Path) -> None:
    other = Settings(home=tmp_path / "other", writer_wait_seconds=0)
    with writer(settings) as con, writer(other) as beside:
        con.execute("create table there as select 1 as one")
        assert beside.execute("select count(*) from duckdb_tables()").fetchall() == [(0,)]


def test_another_thread_waits_for_the_whole_block(settings: Settings) -> None:
    def write() -> None:
        with writer(settings):
            pass

    with ThreadPoolExecutor(1) as threads:
        with writer(settings):
            with writer(settings):
                pass
            with pytest.raises(WarehouseBusyError):
                threads.submit(write).result()
        threads.submit(write).result()
