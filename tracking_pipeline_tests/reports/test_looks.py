from pathlib import Path

import pytest

from tracking_pipeline.reports.charts import drawn
from tracking_pipeline.reports.document import Card, Cards, Charts, Chip, Document, Section
from tracking_pipeline.reports.model import Chart, Point
from tracking_pipeline.reports.writers.html import html
from tracking_pipeline_tests.reports.browser import (
    assert_no_page_is_blank,
    assert_page_shows,
    enlarged,
    tallest_value,
)

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


def page_of(target: Path, *sections: Section) -> Path:
    """Write a report of the sections."""
    facts = ("A report", "Kind", "October 2025", Chip("data quality: ok"), (), "", "a-report")
    charts = drawn(chart for section in sections for chart in section.charts)
    target.write_bytes(html(Document(*facts, sections, ()), charts))
    return target


def test_a_heat_map_of_one_client_is_no_larger_than_it_was_drawn(tmp_path: Path) -> None:
    points = tuple(Point(f"Engine {name}", 0.1, series="Acme", note="110") for name in "ABC")
    heat = Chart("scores", "heat", "Scores", "Scores of one client", "fraction", points)
    page = page_of(tmp_path / "heat.html", Section("heat", "Heat", (Charts((heat,)),)))
    assert enlarged(page, 1280) == 0


def test_a_number_of_a_card_stands_in_one_line(tmp_path: Path) -> None:
    values = ("$12,524,939.60", "585614.3 %", "24,180.0 h", "3.1 %")
    cards = Cards(tuple(Card(value, "All clients", value) for value in values))
    page = page_of(tmp_path / "cards.html", Section("cards", "Cards", (cards,)))
    assert tallest_value(page, 1280) < 40
