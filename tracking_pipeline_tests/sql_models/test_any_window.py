"""The value of any window, where there is none to compute."""

from datetime import date

import pytest

from tracking_pipeline.errors import ReportError
from tracking_pipeline.pipeline.value import value_of_team
from tracking_pipeline.settings import Settings, load_settings
from tracking_pipeline.transform.project import Project
from tracking_pipeline.warehouse.snapshot import publish
from tracking_pipeline_tests.empty_warehouse import opened
from tracking_pipeline_tests.sql_models.telemetry_home import SHIPPED, build_value, land


@pytest.fixture(scope="module")
def exported(sql_project: Project, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return a home that publishes the shipped exports, of 2025-11-12, and nothing else."""
    settings = load_settings(home=tmp_path_factory.mktemp("home"))
    with opened(settings, is_whole=True) as con:
        land(settings, con, [SHIPPED / "exports"])
        build_value(con, sql_project, "counted_export_capabilities")
        publish(settings, con)
    return settings


def test_where_only_exports_were_delivered_it_says_so_and_where_they_are_told(
    exported: Settings,
) -> None:
    dates = date(2025, 11, 1), date(2025, 11, 30)
    with pytest.raises(ReportError, match="nothing but exports from 2025-11-01") as refused:
        value_of_team(exported, exported.client_id, dates)
    assert "tracking report --kind team_value --period 2025-11-30" in str(refused.value)


def test_where_nothing_was_delivered_it_says_that(exported: Settings) -> None:
    with pytest.raises(ReportError, match="has no telemetry from 2025-08-01"):
        value_of_team(exported, exported.client_id, (date(2025, 8, 1), date(2025, 8, 31)))
