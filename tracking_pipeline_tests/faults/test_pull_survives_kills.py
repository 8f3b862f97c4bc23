import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracking_pipeline.landing.pull import folder
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.faults.pull_once import pull_once
from tracking_pipeline_tests.forks import run_apart
from tracking_pipeline_tests.landing.scenario import rows
from tracking_pipeline_tests.sources.fake_api import HOST, page, serving

pytestmark = pytest.mark.faults

# Both pages, from the first byte on the disk to the ledger's note.
PASSAGES = [
    "pull.page_synced:1",
    "pull.page_landed:1",
    "pull.page_synced:2",
    "pull.page_landed:2",
    "ingest.journal_written:1",
    "warehouse.before_commit:1",
    "ingest.committed:1",
    "ingest.ledger_marked:1",
]


def observation(hour: int) -> dict[str, object]:
    return {
        "client_id": "acme",
        "engine_id": "A",
        "observed_at": f"2026-11-01T{hour:02}:00:00Z",
        "metrics": {"prospects_per_day": hour},
    }


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    pages = [page([observation(1), observation(2)], "/m?p=2")], [page([observation(3)])]
    with serving({"/m": pages[0], "/m?p=2": pages[1]}) as api:
        yield api.url("/m")


def pull(home: Path, url: str, **environment: str) -> int:
    status = run_apart(pull_once, home, HOST, url, **environment)
    assert status in (0, -signal.SIGKILL)
    return status


@pytest.mark.parametrize("passage", PASSAGES)
def test_after_a_kill_at_any_moment_of_a_pull_each_observation_is_there_once(
    tmp_path: Path, url: str, passage: str
) -> None:
    settings = Settings(home=tmp_path)
    assert pull(tmp_path, url, TRACKING_FAILPOINT=passage) == -signal.SIGKILL
    assert pull(tmp_path, url) == 0
    query = "select hour(observed_at) from landing.engine_observation order by 1"
    assert rows(settings, query) == [(1,), (2,), (3,)]
    assert not [*folder(settings).rglob("*.part")]
