import os
from pathlib import Path

from tracking_pipeline.landing.erasure.landed import clear_landing
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.store import open_store
from tracking_pipeline_tests.erasure.scenario import WHOM, deliver_few

OLD_NS = 1_700_000_000_123_456_789


def test_what_is_left_of_a_landed_file_is_as_old_as_the_file_was(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    deliver_few(settings)
    room = settings.landing_dir / "telemetry"
    for file in room.iterdir():
        os.utime(file, ns=(OLD_NS, OLD_NS))
    before = {file.name: file.read_bytes() for file in room.iterdir()}
    with open_store(settings) as store:
        assert clear_landing(settings, store, WHOM) == 4
    left = sorted(room.iterdir())
    # One was about the person alone, one had their name.
    assert [file.name for file in left if file.name in before] == ["both.jsonl", "team.yaml"]
    assert len(left) == 3
    assert all(before.get(file.name) != file.read_bytes() for file in left)
    assert {file.stat().st_mtime_ns for file in left} == {OLD_NS}
