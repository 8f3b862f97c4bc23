"""An engineer's own report as a browser shows it, hostile names in it."""

from pathlib import Path

import pytest

from tracking_pipeline.reports.render import rendered
from tracking_pipeline_tests.reports.browser import ink, screenshot, widths
from tracking_pipeline_tests.reports.telemetry.own_scenario import (
    HOSTILE,
    john,
    settings,
    told,
    warehouse,
)

pytestmark = pytest.mark.ui


@pytest.mark.parametrize("width", [500, 1200])
def test_the_page_shows_without_complaint_and_fits_its_window(tmp_path: Path, width: int) -> None:
    files = rendered(told(settings(tmp_path / "home", john()), warehouse(HOSTILE)))
    page, picture = tmp_path / "executive.html", tmp_path / "page.png"
    page.write_bytes(files["executive.html"])
    assert screenshot(page.as_uri(), picture, width, 1200) == []
    assert ink(picture) > 0.005
    content, window = widths(page, width)
    assert content <= window
