"""A shelf over the scenario's reports: a week with two revisions, written once."""

import pytest

from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.reports import scenario


@pytest.fixture(scope="session")
def shelf_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = Settings(home=tmp_path_factory.mktemp("shelf"))
    con = scenario.warehouse()
    scenario.write(settings, con)
    scenario.add_late_records(con)
    scenario.write(settings, con)
    (settings.home_dir / "secret.html").write_text("SECRET")
    return settings
