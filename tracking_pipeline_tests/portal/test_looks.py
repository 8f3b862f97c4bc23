from pathlib import Path

import pytest

from tracking_pipeline.settings import Settings
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
