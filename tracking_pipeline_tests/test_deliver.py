import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tracking_pipeline.cli.jobs import ingest
from tracking_pipeline.errors import LandingError
from tracking_pipeline.pipeline import inputs
from tracking_pipeline.settings import load_settings
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline_tests.full_disk import full_disk


@pytest.mark.parametrize(
    ("source", "folder", "expected"),
    [
        ("engine_metrics", "reference", {"clients.csv": b"second"}),
        (
            "engine_logs",
            "logs",
            {"clients.csv": b"first", "16367aacb67a4a01/clients.csv": b"second"},
        ),
    ],
)
def test_a_file_that_is_state_is_replaced_and_any_other_keeps_its_bytes(
    tmp_path: Path, source: str, folder: str, expected: dict[str, bytes]
) -> None:
    settings = load_settings(home=tmp_path / "home")
    delivered = tmp_path / folder
    delivered.mkdir()
    for content in (b"first", b"second", b"second"):
        (delivered / "clients.csv").write_bytes(content)
        inputs.deliver(settings, [delivered], source)
    landed = settings.landing_dir / source / folder
    found = {
        file.relative_to(landed).as_posix(): file.read_bytes()
        for file in landed.rglob("*")
        if file.is_file()
    }
    assert found == expected


@pytest.mark.parametrize(
    ("source", "name", "place"),
    [
        ("engine_metrics", "goals.csv", "reference/goals.csv"),
        ("engine_metrics", "Goals-2026.YML", "reference/Goals-2026.YML"),
        ("engine_metrics", "acme.jsonl", "acme.jsonl"),
        ("uptime", "history.csv", "history.csv"),
    ],
)
def test_a_single_file_goes_to_the_place_of_its_kind(
    tmp_path: Path, source: str, name: str, place: str
) -> None:
    settings = load_settings(home=tmp_path / "home")
    (tmp_path / name).write_text("anything")
    inputs.deliver(settings, [tmp_path / name], source)
    landed = settings.landing_dir / source
    assert [file for file in landed.rglob("*") if file.is_file()] == [landed / place]


@pytest.mark.parametrize("name", [".yml", "history.csv.part", ".hidden/x.csv", "pipe"])
def test_what_is_named_and_would_never_be_read_is_refused(tmp_path: Path, name: str) -> None:
    settings = load_settings(home=tmp_path / "home")
    given = tmp_path / name
    given.parent.mkdir(exist_ok=True)
    os.mkfifo(given) if name == "pipe" else given.write_text("anything")
    other = tmp_path / "history.csv"
    other.write_text("anything")
    named = given.parent if given.parent != tmp_path else given
    with pytest.raises(LandingError, match=r"never read|neither a file"):
        inputs.deliver(settings, [other, named], "uptime")
    assert not settings.landing_dir.exists()


def test_what_of_a_folder_would_never_be_read_is_left_out_and_told(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home")
    folder = tmp_path / "history"
    (folder / ".git").mkdir(parents=True)
    for name in (".yml", "site.yml", "a.csv.part", ".git/config"):
        (folder / name).write_text("anything")
    os.mkfifo(folder / "pipe")
    left_out = inputs.deliver(settings, [folder], "uptime").left_out
    assert [(Path(each.path).name, each.reason) for each in left_out] == [
        (".git", "is hidden"),
        (".yml", "is hidden"),
        ("a.csv.part", "is marked as unfinished by .part"),
        ("pipe", "is no regular file"),
    ]
    landed = [file for file in settings.landing_dir.rglob("*") if file.is_file()]
    assert landed == [settings.landing_dir / "uptime" / "history" / "site.yml"]


def links_elsewhere(place: Path) -> None:
    (place.parent / "other").write_text("anything")
    place.symlink_to(place.parent / "other")


@pytest.mark.parametrize("put", [Path.mkdir, links_elsewhere])
def test_what_lies_in_the_place_of_a_file_and_is_none_is_told(
    tmp_path: Path, put: Callable[[Path], None]
) -> None:
    settings = load_settings(home=tmp_path / "home")
    room = settings.landing_dir / "uptime"
    room.mkdir(parents=True)
    put(room / "history.csv")
    (tmp_path / "history.csv").write_text("anything")
    with pytest.raises(LandingError, match="cannot be read or copied"):
        inputs.deliver(settings, [tmp_path / "history.csv"], "uptime")


def test_a_full_disk_leaves_no_half_of_a_file_in_the_landing_folder(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home")
    (tmp_path / "history.csv").write_bytes(bytes(9_000))
    with full_disk(1_000), pytest.raises(OSError, match="too large"):
        inputs.deliver(settings, [tmp_path / "history.csv"], "uptime")
    assert [file for file in settings.landing_dir.rglob("*") if file.is_file()] == []


def test_a_corrected_reference_file_takes_the_place_of_the_one_delivered_in_its_folder(
    tmp_path: Path,
) -> None:
    settings = load_settings(home=tmp_path / "home")
    file = tmp_path / "reference" / "goals.csv"
    file.parent.mkdir()
    file.write_text("first")
    inputs.deliver(settings, [file.parent], "engine_metrics")
    file.write_text("corrected")
    inputs.deliver(settings, [file], "engine_metrics")
    (landed,) = settings.landing_dir.rglob("*.csv")
    assert landed.relative_to(settings.landing_dir) == Path("engine_metrics/reference/goals.csv")
    assert landed.read_text() == "corrected"


SHIPPED = Path(inputs.__file__).parents[1] / "demo"
METRICS = '{"client_id": "acme", "engine_id": "A", "observed_at": "2025-11-01", "metrics": {}}\n'
WRONG = '{"log_type": "campaign_generation", "session_id": "s", "timestamp": "yesterday"}\n'


def delivered(tmp_path: Path, given: Path, source: str | None = None) -> dict[str, int]:
    settings = load_settings(home=tmp_path / "home")
    return inputs.deliver(settings, [given], source).n_files


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("engine_logs/production_logs", {"engine_logs": 14}),  # 7 records and 7 training sets
        ("engine_logs/database_logs", {"engine_logs": 88}),
        ("uptime", {"uptime": 2}),
        ("telemetry", {"telemetry": 4}),
    ],
)
def test_files_find_their_source_by_what_they_hold(
    tmp_path: Path, folder: str, expected: dict[str, int]
) -> None:
    assert delivered(tmp_path, SHIPPED / folder) == expected


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", METRICS, "engine_metrics"),
        ("a.json", f"[{METRICS}]", "engine_metrics"),
        ("a.jsonl", WRONG, "engine_logs"),  # of a kind that it knows, with a wrong value
        ("goals.csv", "any,thing\n1,2\n", "engine_metrics"),  # by its name
        ("probe.yml", "status: up\nlastUpdated: 2025-11-01T00:00:00Z\n", "uptime"),
    ],
)
def test_a_single_file_finds_its_source(
    tmp_path: Path, name: str, content: str, expected: str
) -> None:
    (tmp_path / name).write_text(content)
    assert delivered(tmp_path, tmp_path / name) == {expected: 1}


def test_files_of_several_sources_are_told_apart_and_strange_ones_go_with_their_neighbours(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.jsonl").write_text(METRICS)
    (folder / "b.json").write_text(WRONG)
    (folder / "c.jsonl").write_text("no record\n")
    assert delivered(tmp_path, folder) == {"engine_metrics": 2, "engine_logs": 1}


def test_a_file_that_fits_no_source_is_refused_with_what_each_says(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"any": "thing"}\n')
    with pytest.raises(LandingError, match=r"fits no source \(engine_logs: .*; telemetry: .*--sou"):
        delivered(tmp_path, tmp_path / "a.jsonl")
    assert delivered(tmp_path, tmp_path / "a.jsonl", "engine_logs") == {"engine_logs": 1}


def test_a_wrong_source_is_refused_with_the_right_one(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home")
    (tmp_path / "a.jsonl").write_text(METRICS)
    with pytest.raises(LandingError, match=r"is not for engine_logs .* it fits engine_metrics"):
        inputs.expect_fitting(settings, [tmp_path / "a.jsonl"], "engine_logs")
    inputs.expect_fitting(settings, [tmp_path / "a.jsonl"], "engine_metrics")
    assert not settings.landing_dir.exists()


def test_what_lies_there_already_is_counted(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home")
    (tmp_path / "a.jsonl").write_text(METRICS)
    told = [inputs.deliver(settings, [tmp_path / "a.jsonl"], None) for _ in range(2)]
    assert [(each.n_files, each.n_already) for each in told] == [
        ({"engine_metrics": 1}, 0),
        ({}, 1),
    ]


def test_the_command_lists_every_source() -> None:
    (option,) = [each for each in ingest.params if each.name == "source"]
    assert set(option.to_info_dict()["type"]["choices"]) == set(SOURCES)
