import subprocess
from pathlib import Path

import pytest

from tracking_pipeline_tests.reports.browser import ink, screenshot, widths

pytestmark = pytest.mark.ui


@pytest.mark.parametrize("name", ["executive.html", "technical.html"])
@pytest.mark.parametrize("width", [500, 1200])
def test_a_page_shows_without_complaint_and_fits_its_window(
    tmp_path: Path, hostile_files: dict[str, bytes], name: str, width: int
) -> None:
    page, picture = tmp_path / name, tmp_path / "page.png"
    page.write_bytes(hostile_files[name])
    assert screenshot(page.as_uri(), picture, width, 1200) == []
    assert ink(picture) > 0.005
    content, window = widths(page, width)
    assert content <= window


def test_no_page_of_a_pdf_is_blank(tmp_path: Path, files: dict[str, bytes]) -> None:
    document = tmp_path / "technical.pdf"
    document.write_bytes(files["technical.pdf"])
    subprocess.run(["pdftoppm", "-r", "40", "-png", document, tmp_path / "page"], check=True)
    pictures = sorted(tmp_path.glob("page-*.png"))
    assert pictures
    assert min(ink(picture) for picture in pictures) > 0.002
