import shutil
import signal
from pathlib import Path

import duckdb
import pytest

from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.project import load_project
from tracking_pipeline_tests.forks import run_apart
from tracking_pipeline_tests.transform import scenario
from tracking_pipeline_tests.transform.kill_build import build_once
from tracking_pipeline_tests.transform.parity import assert_equal_relations

pytestmark = pytest.mark.faults


def relations(database: Path) -> list[str]:
    with duckdb.connect(str(database), read_only=True) as con:
        query = "select table_schema || '.' || table_name from information_schema.tables"
        return sorted(row[0] for row in con.execute(query).fetchall())


@pytest.mark.parametrize("is_first", [True, False], ids=["first build", "incremental build"])
def test_a_build_killed_anywhere_is_whole_after_the_next_one(
    tmp_path: Path, *, is_first: bool
) -> None:
    before, undisturbed, log = tmp_path / "before.db", tmp_path / "undisturbed.db", tmp_path / "log"
    with duckdb.connect(str(before)) as con:
        scenario.create_source(con)
        if not is_first:
            list(build(con, load_project(scenario.SAMPLE)))
            scenario.insert(con, scenario.LATER_EVENTS)
    shutil.copy(before, undisturbed)
    assert run_apart(build_once, undisturbed, TRACKING_FAILPOINT_LOG=str(log)) == 0
    passages = log.read_text("utf-8").split()
    assert len(passages) >= 25
    last_of_each_name = {passage.split(":")[0]: passage for passage in passages}
    for passage in (passages[0], *last_of_each_name.values()):
        killed = tmp_path / f"{passage}.db"
        shutil.copy(before, killed)
        assert run_apart(build_once, killed, TRACKING_FAILPOINT=passage) == -signal.SIGKILL
        assert run_apart(build_once, killed) == 0
        assert relations(killed) == relations(undisturbed)
        assert_equal_relations(killed, undisturbed, relations(undisturbed))
