from pathlib import Path

import pytest

from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.portal.engines_scenario import publish_engines
from tracking_pipeline_tests.portal.serving import shelf
from tracking_pipeline_tests.reports.browser import ink, screenshot

pytestmark = pytest.mark.ui


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?edition=executive",
        "/lineage",
        "/lineage/marts.metric_weekly?column=value",
        "/reports/weekly/production_logs/2025-07-27/r2/executive.html",
    ],
)
def test_a_page_of_the_shelf_shows_without_complaint(
    tmp_path: Path, shelf_settings: Settings, path: str
) -> None:
    picture = tmp_path / "shelf.png"
    with shelf(shelf_settings) as client:
        assert screenshot(str(client.base_url.join(path)), picture, 1200, 900) == []
    assert ink(picture) > 0.005


@pytest.mark.parametrize("width", [420, 1200])
@pytest.mark.parametrize("path", ["/engines", "/engines/compare", "/engines/acme/D"])
def test_a_page_of_the_engines_shows_without_complaint(
    tmp_path: Path, path: str, width: int
) -> None:
    settings = Settings(home=tmp_path / "home")
    publish_engines(settings)
    picture = tmp_path / "engines.png"
    with shelf(settings) as client:
        assert screenshot(str(client.base_url.join(path)), picture, width, 900) == []
    assert ink(picture) > 0.005
