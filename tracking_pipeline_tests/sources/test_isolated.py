"""The children of one server: each with a content of its own, whatever the one before did."""

import os
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from tracking_pipeline.sources.fork_server import Reader
from tracking_pipeline.sources.isolated import isolated, one_server
from tracking_pipeline.sources.strict import RefusedError
from tracking_pipeline.sources.uptime import SOURCE
from tracking_pipeline_tests.sources import hostile_readers
from tracking_pipeline_tests.sources.intake_case import deliver


def test_one_server_forks_the_children_of_a_batch() -> None:
    with one_server():
        (server, first), (again, second) = (
            cast("list[int]", isolated(hostile_readers.processes, b"")) for _ in range(2)
        )
    assert server == again
    assert len({server, first, second}) == 3
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)


def test_a_content_leaves_nothing_to_the_next() -> None:
    with one_server():
        isolated(hostile_readers.seen_before, b"ann")
        assert isolated(hostile_readers.seen_before, b"bob") == ["bob"]


@pytest.mark.parametrize(
    "reader", [hostile_readers.dies, hostile_readers.ends_its_parent, hostile_readers.forever]
)
def test_a_content_that_kills_is_refused_and_the_next_is_read(reader: Reader) -> None:
    with one_server():
        for _ in range(2):
            with pytest.raises(RefusedError):
                isolated(reader, b"", cpu_seconds=1)
            assert isolated(hostile_readers.seen_before, b"next") == ["next"]


def test_a_reader_that_gets_no_cpu_holds_up_no_other() -> None:
    with one_server():
        with pytest.raises(TimeoutError):
            isolated(hostile_readers.waits, b"", wall_seconds=0.5)
        assert isolated(hostile_readers.seen_before, b"next") == ["next"]


def test_a_server_that_cannot_start_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ChildProcessError):
        isolated(hostile_readers.seen_before, b"")


def test_files_that_are_read_together_share_one_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    start = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *args, **named: started.append(args) or start(*args, **named)
    )
    probes = [f"status: up\nlastUpdated: 2025-01-02T03:04:0{n}Z\n".encode() for n in range(3)]
    outcome = deliver(tmp_path, *probes, source=SOURCE, name="history/site.yml")
    assert len(outcome.all("probe_observation")) == 3
    assert len(started) == 1
