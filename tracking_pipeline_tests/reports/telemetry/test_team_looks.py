from pathlib import Path

import pytest

from tracking_pipeline.reports.render import rendered
from tracking_pipeline_tests.reports.browser import (
    assert_no_page_is_blank,
    assert_page_shows,
    tallest_head,
)
from tracking_pipeline_tests.reports.telemetry.team_scenario import (
    drafted,
    exports,
    mismatches,
    settings,
    warehouse,
)

pytestmark = pytest.mark.ui


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    con = warehouse(capability="a_capability_with_a_name_that_goes_on_and_on_" + "x" * 80)
    exports(con, {})
    mismatches(con, {})
    made = drafted(settings(tmp_path_factory.mktemp("home")), con)
    assert made is not None
    return rendered(made)


@pytest.mark.parametrize("name", ["executive.html", "technical.html"])
@pytest.mark.parametrize("width", [500, 1200])
def test_a_page_of_a_team_shows_without_complaint_and_fits_its_window(
    tmp_path: Path, files: dict[str, bytes], name: str, width: int
) -> None:
    page = tmp_path / name
    page.write_bytes(files[name])
    assert_page_shows(page, width)


def test_no_page_of_a_teams_pdf_is_blank(tmp_path: Path, files: dict[str, bytes]) -> None:
    document = tmp_path / "technical.pdf"
    document.write_bytes(files["technical.pdf"])
    assert_no_page_is_blank(document)


def test_the_headings_of_a_narrow_table_break_between_words(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    page = tmp_path / "technical.html"
    page.write_bytes(files["technical.html"])
    three_lines = 80
    assert 0 < tallest_head(page, 500) <= three_lines
