"""`tracking validate` names what fails, its rule and the command that shows the rows."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracking_pipeline.cli.main import main
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline_tests.sources.intake_case import campaign


def tracking(settings: Settings, line: str) -> Result:
    told = {"TRACKING_HOME": str(settings.home_dir), "TRACKING_STABLE_SECONDS": "0"}
    return CliRunner().invoke(main, line.split(), env=told)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with two campaigns, of which the second has become wrong."""
    settings = load_settings(home=tmp_path / "home")
    for number in range(2):
        (tmp_path / f"campaign_{number}.json").write_text(json.dumps(campaign(number)))
        done = tracking(settings, f"ingest {tmp_path}/campaign_{number}.json --source engine_logs")
        assert done.exit_code == 0
    with writer(settings) as con:
        con.execute(
            "update landing.campaign_generation set quality_score = 170, provenance = 'guessed', "
            "lead_name_hash = 'AdaLovelace' where session_id = '00000001'"
        )
    return settings


def test_of_a_landed_table_the_rows_against_it_are_shown_with_file_and_value(
    settings: Settings,
) -> None:
    done = tracking(settings, "validate landing.campaign_generation")
    assert done.exit_code == 1
    lines = [" ".join(line.split()) for line in done.output.splitlines()]
    rule = "quality_score is at least 0 at most 100"
    told = (
        f"warning: landing.campaign_generation: quality_score_is_between_0_and_100 ({rule}): 1 row"
    )
    assert told in lines
    assert lines[lines.index(told) + 1] == "file file_id line_number quality_score"
    shown = lines[lines.index(told) + 2].split()
    assert shown[0] == "engine_logs/campaign_1.json"
    assert shown[2:] == ["1", "170.0"]
    assert any(line.endswith("1 guessed") for line in lines)
    assert "lead_name_hash_is_a_hash" in done.output
    assert "Lovelace" not in done.output


def test_of_all_landed_tables_the_first_row_and_the_command_that_shows_all_are_named(
    settings: Settings,
) -> None:
    done = tracking(settings, "validate")
    assert done.exit_code == 1
    assert "quality_score 170.0; `tracking validate landing.campaign_generation` shows all" in (
        done.output
    )


def test_a_seed_and_a_model_are_built_aside_and_nothing_is_kept(settings: Settings) -> None:
    done = tracking(settings, "validate seeds.entity_types")
    assert (done.exit_code, done.output) == (0, "4 of 4 checks hold\n")
    with writer(settings) as con:
        found = con.execute(
            "select table_name from information_schema.tables where table_schema = 'seeds'"
        )
        assert found.fetchall() == []


def test_what_cannot_be_tested_is_said_with_the_fix(settings: Settings) -> None:
    done = tracking(settings, "validate scores")
    assert done.exit_code == 1
    assert done.output.startswith('Error: "marts"."scores": ')
    assert "build what it reads with `tracking run`" in done.output
    unknown = tracking(settings, "validate landing.campaign_generatio")
    assert unknown.exit_code == 1
    assert "Did you mean landing.campaign_generation" in unknown.output
