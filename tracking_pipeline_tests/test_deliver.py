from pathlib import Path

import pytest

from tracking_pipeline.pipeline import inputs
from tracking_pipeline.settings import load_settings


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
