import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest

from tracking_pipeline.transform.kept import checksum_of, kept, once
from tracking_pipeline.transform.project import Project, load_project
from tracking_pipeline.transform.render import Rendering
from tracking_pipeline_tests.transform import scenario

FILES = {"models/a.sql": "select 1 as x", "seeds/s.csv": "x\n1\n"}


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def statements(project: Project) -> list[str]:
    """Return the SQL of everything in the sample project."""
    dates = {"start_date": "2026-01-01", "end_date": "2026-01-02"}
    rendering = Rendering(project, dates)
    nodes = [*project.models.values(), *project.analyses.values()]
    sql = [rendering.node(node, incremental=True) for node in nodes]
    return [*sql, *map(rendering.test, project.tests)]


def test_what_was_computed_is_read_the_next_time(tmp_path: Path) -> None:
    numbers = count()
    assert [kept("n", "a", numbers.__next__, tmp_path) for _ in range(3)] == [0, 0, 0]


def test_another_checksum_computes_anew_and_what_was_kept_before_goes(tmp_path: Path) -> None:
    numbers = count()
    kept("other", "a", numbers.__next__, tmp_path)
    kept("n", "a", numbers.__next__, tmp_path)
    assert kept("n", "b", numbers.__next__, tmp_path) == 2
    assert names(tmp_path) == {"other.a.pickle", "n.b.pickle"}


@pytest.mark.parametrize("left", [0, 10, 40, -1])
def test_a_file_that_lost_its_end_is_computed_anew(tmp_path: Path, left: int) -> None:
    kept("n", "a", lambda: "whole", tmp_path)
    file = tmp_path / "n.a.pickle"
    file.write_bytes(file.read_bytes()[:left])
    assert kept("n", "a", lambda: "anew", tmp_path) == "anew"
    assert kept("n", "a", lambda: "never", tmp_path) == "anew"


def test_where_nothing_can_be_kept_it_is_computed_each_time(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    numbers = count()
    assert [kept("n", "a", numbers.__next__, tmp_path / "file") for _ in range(2)] == [0, 1]


def test_many_that_keep_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    value = list(range(100_000))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: kept("n", "a", value.copy, tmp_path), range(64)))
    assert all(each == value for each in found)
    assert names(tmp_path) == {"n.a.pickle"}
    assert kept("n", "a", list, tmp_path) == value


def test_threads_that_ask_at_once_compute_once() -> None:
    numbers = count()

    @once
    def slow() -> int:
        time.sleep(0.05)
        return next(numbers)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: slow(), range(8))) == [0] * 8


@pytest.mark.parametrize("changed", [*FILES, "models/b.sql"])
def test_the_checksum_is_another_after_any_change_of_the_project(
    tmp_path: Path, changed: str
) -> None:
    project = scenario.write_project(tmp_path, FILES)
    before = checksum_of(project)
    assert checksum_of(project) == before
    (project / changed).write_text("x\n2\n")
    assert checksum_of(project) != before


def test_the_checksum_is_another_for_the_same_project_elsewhere(tmp_path: Path) -> None:
    projects = [scenario.write_project(tmp_path / name, FILES) for name in "ab"]
    assert len({*map(checksum_of, projects)}) == 2


def test_the_checksum_follows_the_variables_of_the_environment_that_the_project_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = "{{ config(materialized=env_var('KIND', 'view')) }} select 1 as x"
    project = scenario.write_project(tmp_path, {"models/a.sql": sql})
    monkeypatch.delenv("KIND", raising=False)
    before = checksum_of(project)
    monkeypatch.setenv("UNREAD", "table")
    assert checksum_of(project) == before
    monkeypatch.setenv("KIND", "table")
    assert checksum_of(project) != before


def test_what_dbt_writes_changes_no_checksum(tmp_path: Path) -> None:
    project = scenario.write_project(tmp_path / "target", FILES)
    before = checksum_of(project)
    (project / "target").mkdir()
    (project / "target/compiled.sql").write_text("select 1")
    assert checksum_of(project) == before


def test_a_project_that_was_kept_is_the_one_that_was_loaded() -> None:
    loaded = load_project(scenario.SAMPLE)
    again: Project = pickle.loads(pickle.dumps(loaded))  # noqa: S301 - made on this line
    assert (again.nodes, again.tests, again.unit_tests) == (
        loaded.nodes,
        loaded.tests,
        loaded.unit_tests,
    )
    assert statements(again) == statements(loaded)
