"""The documentation says what is true."""

import re
from pathlib import Path

import pytest

from tracking_pipeline.definitions import definitions
from tracking_pipeline.settings import Settings

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
_NAMED = re.compile(r"(?:schedule|sensor|job)s? `(\w+)`")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def _row(name: str) -> str:
    field = Settings.model_fields[name]
    default = "{}" if field.default_factory else field.default
    shown = f"`{default}`" if default not in (None, "") else ""
    return f"| `TRACKING_{name.upper()}` | {shown} | {field.description} |"


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_the_settings_table_describes(name: str) -> None:
    assert _row(name) in OPERATIONS


def test_the_settings_table_names_nothing_else() -> None:
    named = [line for line in OPERATIONS.splitlines() if line.startswith("| `TRACKING_")]
    assert len(named) == len(Settings.model_fields)


def test_every_schedule_sensor_and_job_that_is_named_is_there() -> None:
    whole = definitions().get_repository_def()
    known = {each.name for each in (*whole.schedule_defs, *whole.sensor_defs)}
    known |= {job.name for job in whole.get_all_jobs()}
    texts = [file.read_text(encoding="utf-8") for file in (*ROOT.glob("docs/**/*.md"), README)]
    named = {name for text in texts for name in re.findall(_NAMED, text)}
    assert "nightly_validation" in named
    assert named <= known


def test_the_glossary_lists_each_word_once_and_in_order() -> None:
    lines = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    words = [line.split("**")[1] for line in lines if line.startswith("| **")]
    assert words == sorted(set(words))


def test_the_lock_file_pins_with_hashes_and_names_no_host() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if line and line[0].isalnum()]
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert text.count("--hash=sha256:") >= len(pins)
    assert "://" not in text
