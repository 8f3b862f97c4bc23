from pathlib import Path

import pytest

from tracking_pipeline_tests.reports.browser import assert_no_page_is_blank, assert_page_shows

pytestmark = pytest.mark.ui


@pytest.mark.parametrize("name", ["executive.html", "technical.html"])
@pytest.mark.parametrize("width", [500, 1200])
def test_a_page_shows_without_complaint_and_fits_its_window(
    tmp_path: Path, hostile_files: dict[str, bytes], name: str, width: int
) -> None:
    page = tmp_path / name
    page.write_bytes(hostile_files[name])
    assert_page_shows(page, width)


def test_no_page_of_a_pdf_is_blank(tmp_path: Path, files: dict[str, bytes]) -> None:
    document = tmp_path / "technical.pdf"
    document.write_bytes(files["technical.pdf"])
    assert_no_page_is_blank(document)
