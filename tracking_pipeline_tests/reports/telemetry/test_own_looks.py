"""An engineer's own report as a browser shows it, hostile names in it."""

from pathlib import Path

import pytest

from tracking_pipeline.reports.render import rendered
from tracking_pipeline_tests.reports.browser import assert_page_shows
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
    page = tmp_path / "executive.html"
    page.write_bytes(files["executive.html"])
    assert_page_shows(page, width)
