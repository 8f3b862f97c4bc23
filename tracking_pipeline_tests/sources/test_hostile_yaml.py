"""YAML that would expand, construct, exhaust or mean two things is refused in time and memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from tracking_pipeline.sources.engine_metrics import SOURCE
from tracking_pipeline.sources.isolated import isolated
from tracking_pipeline.sources.strict import RefusedError
from tracking_pipeline.sources.tables import MAX_YAML_BYTES
from tracking_pipeline.sources.yaml_value import read
from tracking_pipeline_tests.sources import hostile_readers
from tracking_pipeline_tests.sources.intake_case import cpu_seconds, deliver

LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{last}'] * 9)}]\n"
    for last, name in zip("abcdefgh", "bcdefghi", strict=True)
)

HOSTILE = {
    "billion laughs": (LAUGHS, "yaml_alias"),
    "alias": ("- &x {client_id: acme}\n- *x\n", "yaml_alias"),
    "merge": ("a: &a {x: 1}\nb: {<<: *a}\n", "yaml_alias"),
    "python object": ("!!python/object/apply:os.system ['true']\n", "yaml_tag"),
    "python name": ("- !!python/name:os.system\n", "yaml_tag"),
    "binary": ("- {client_id: !!binary aGk=}\n", "yaml_tag"),
    "own tag": ("- !secret x\n", "yaml_tag"),
    "string tag": ("- {client_id: !!str 5}\n", "yaml_tag"),
    "duplicate key": ("- {client_id: acme, client_id: beta}\n", "duplicate_key"),
    "deep flow": ("[" * 50_000, "too_deep"),
    "deep mapping": ("{a: " * 50_000, "too_deep"),
    "deep block": ("- " * 50_000, "too_deep"),
    "key that is a list": ("? [a, b]\n: c\n", "bad_yaml"),
    "two documents": ("- {client_id: a}\n---\n- {client_id: b}\n", "bad_yaml"),
    "unfinished": ("- {client_id: 'acme\n", "bad_yaml"),
    "tab": ("a:\n\tb: c\n", "bad_yaml"),
    "control character": ("- {client_id: a\x01}\n", "bad_yaml"),
    "NUL": ('- {client_id: "a\\0"}\n', "nul_character"),
    "too long": ("- x\n" * (MAX_YAML_BYTES // 4 + 1), "too_long"),
}

READ_ALL = """
import resource, sys
from contextlib import suppress
from pathlib import Path
from tracking_pipeline.sources.isolated import isolated
from tracking_pipeline.sources.strict import RefusedError
from tracking_pipeline.sources.yaml_value import read

for file in Path(sys.argv[1]).iterdir():
    with suppress(RefusedError):
        isolated(read, file.read_bytes())
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize(("content", "code"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_yaml_is_refused_whole_within_its_limits(
    tmp_path: Path, content: str, code: str
) -> None:
    begun = cpu_seconds()
    outcome = deliver(tmp_path, content.encode(), source=SOURCE, name="reference/goals.yaml")
    assert outcome.rows("select file_reason_code, n_records, n_rejected from file_outcomes") == [
        (code, 1, 1)
    ]
    assert cpu_seconds() - begun < 5


def test_no_hostile_yaml_takes_more_than_its_memory(tmp_path: Path) -> None:
    for number, (content, _) in enumerate(HOSTILE.values()):
        (tmp_path / f"{number}.yaml").write_text(content)
    # A process of its own: a fork inherits the peak of the process that runs the tests.
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, tmp_path], check=True, capture_output=True, text=True
    )
    assert int(done.stdout) < 512 * 1024


def test_the_largest_yaml_that_is_read_is_read_in_time() -> None:
    row = "- {client_id: acme, engine_id: A, goal_metric: prospects_per_day, target_value: 1}\n"
    content = row.encode() * (MAX_YAML_BYTES // len(row))
    rows = isolated(read, content)
    assert isinstance(rows, list)
    assert len(rows) == MAX_YAML_BYTES // len(row)


def test_a_reader_without_end_is_stopped() -> None:
    begun = cpu_seconds()
    with pytest.raises(RefusedError, match=r"too_slow: takes more than 1 s to read"):
        isolated(hostile_readers.forever, b"", cpu_seconds=1)
    assert cpu_seconds() - begun < 5


def test_a_reader_without_measure_is_stopped() -> None:
    with pytest.raises(RefusedError, match="too_big"):
        isolated(hostile_readers.without_measure, b"")


def test_a_reader_that_dies_refuses_its_content() -> None:
    with pytest.raises(RefusedError, match="unreadable"):
        isolated(hostile_readers.dies, b"")


def test_a_defect_of_a_reader_is_no_refusal() -> None:
    with pytest.raises(ChildProcessError, match="ZeroDivisionError"):
        isolated(hostile_readers.breaks, b"")


def test_a_reader_that_gets_no_cpu_is_tried_again() -> None:
    with pytest.raises(TimeoutError, match="too little CPU"):
        isolated(hostile_readers.waits, b"", wall_seconds=0.5)


def test_a_reader_sees_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKING_TOKEN", "x")
    names = isolated(hostile_readers.environment, b"")
    assert isinstance(names, list)
    assert "TRACKING_TOKEN" not in names
