import os
from pathlib import Path

import pytest

from tracking_pipeline.errors import SettingsError
from tracking_pipeline.settings import load_settings


def test_all_state_lies_under_the_home(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path)
    folders = [
        settings.landing_dir,
        settings.archive_dir,
        settings.warehouse_file,
        settings.snapshots_dir,
        settings.reports_dir,
        settings.state_dir,
    ]
    assert all(folder.is_relative_to(tmp_path) for folder in folders)


def test_the_landing_may_lie_elsewhere(tmp_path: Path) -> None:
    assert load_settings(home=tmp_path, landing=Path("/drop")).landing_dir == Path("/drop")


def test_an_unknown_zone_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(os.environ, "TRACKING_TIMEZONE", "Mars/Olympus")
    with pytest.raises(SettingsError, match=r"TRACKING_TIMEZONE.*Mars/Olympus"):
        load_settings()
