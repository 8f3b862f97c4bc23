from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracking_pipeline.cli.main import main
from tracking_pipeline.demo.home import mark_as_demo
from tracking_pipeline.errors import LandingError
from tracking_pipeline.pipeline import building, inputs
from tracking_pipeline.settings import Settings

NOW = datetime(2026, 3, 10, 14, tzinfo=UTC)


def test_a_new_home_becomes_a_demo(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    assert not settings.is_demo
    company = mark_as_demo(settings, NOW)
    assert settings.is_demo
    assert str(company.last_day) == "2026-03-09"


def test_a_demo_keeps_its_company_on_later_days_and_in_another_zone(tmp_path: Path) -> None:
    first = mark_as_demo(Settings(home=tmp_path), NOW)
    later = Settings(home=tmp_path, timezone="Asia/Tokyo")
    assert mark_as_demo(later, datetime(2026, 4, 1, tzinfo=UTC)) == first


@pytest.mark.parametrize("folder", ["landing", "archive"])
def test_a_home_with_files_of_its_own_never_becomes_a_demo(tmp_path: Path, folder: str) -> None:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "some.json").write_text("{}")
    settings = Settings(home=tmp_path)
    with pytest.raises(LandingError, match=r"TRACKING_HOME=\.tracking-demo"):
        mark_as_demo(settings, NOW)
    assert not settings.is_demo


def test_simulated_figures_count_in_a_demo_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert building.variables(settings)["scored_provenances"] == ["measured"]
    mark_as_demo(settings, NOW)
    assert building.variables(settings)["scored_provenances"] == ["measured", "simulated"]


def test_the_command_refuses_a_home_with_files_and_delivers_nothing(tmp_path: Path) -> None:
    own = tmp_path / "landing" / "engine_metrics" / "own.jsonl"
    own.parent.mkdir(parents=True)
    own.write_text("")
    result = CliRunner().invoke(main, ["run", "--demo"], env={"TRACKING_HOME": str(tmp_path)})
    assert result.exit_code == 1
    assert "a demo wants a home of its own" in result.output
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == [own]


def test_a_demo_is_delivered_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    inputs.deliver_demo(settings, "on_time")
    first = sorted(file for file in settings.landing_dir.rglob("*") if file.is_file())
    inputs.deliver_demo(settings, "on_time")
    assert sorted(file for file in settings.landing_dir.rglob("*") if file.is_file()) == first
    assert len(first) > 60
