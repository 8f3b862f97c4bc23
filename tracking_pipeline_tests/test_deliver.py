from pathlib import Path

import pytest

from tracking_pipeline import pipeline
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
        pipeline.deliver(settings, [delivered], source)
    landed = settings.landing_dir / source / folder
    found = {
        file.relative_to(landed).as_posix(): file.read_bytes()
        for file in landed.rglob("*")
        if file.is_file()
    }
    assert found == expected
