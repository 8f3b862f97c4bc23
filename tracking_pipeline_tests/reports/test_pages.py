"""Where a page of the PDF ends: never within what belongs together, never before the last lines."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from tracking_pipeline.reports.document import (
    Cell,
    Chip,
    Column,
    Document,
    Paragraph,
    RowGroup,
    Section,
    Table,
    Width,
)
from tracking_pipeline.reports.writers.pdf import pdf


def table(n_rows: int, name: str) -> Table:
    rows = tuple((Cell(f"{name} row {n}."), Cell(f"{n}")) for n in range(1, n_rows + 1))
    return Table(f"{name} caption", (Column("Row"), Column("N", is_number=True)), (RowGroup(rows),))


def section(name: str, n_rows: int, width: Width = "whole") -> Section:
    return Section(name.lower(), name, (table(n_rows, name),), width)


def pages(n_before: int, *sections: Section) -> list[str]:
    """Return the text of each page, of a document that begins with so many lines."""
    before = Section("before", "Before", tuple(Paragraph(f"Line {n}.") for n in range(n_before)))
    document = Document(
        title="A report",
        kicker="Kind",
        period="October 2025",
        mark=Chip("data quality: ok"),
        facts=(),
        banner="",
        document_id="a-report",
        sections=(before, *sections),
        footer=("What ends the report.",),
    )
    made = pdf(document, {}, datetime(2025, 11, 1, tzinfo=UTC))
    return [page.extract_text() for page in PdfReader(BytesIO(made)).pages]


def held(texts: list[str], said: str) -> list[int]:
    """Return the pages that hold the words."""
    return [page for page, text in enumerate(texts) if said in text]


@pytest.mark.parametrize("n_before", range(32, 44))
def test_what_stands_side_by_side_and_a_short_table_break_over_no_page(n_before: int) -> None:
    pair = (section("Left", 7, "half"), section("Right", 10, "half"))
    texts = pages(n_before, *pair, section("Short", 8))
    assert held(texts, "Left row 1.") == held(texts, "Right row 10.") == held(texts, "Left caption")
    assert (
        held(texts, "Short row 1.") == held(texts, "Short row 8.") == held(texts, "Short caption")
    )


@pytest.mark.parametrize("n_before", range(32, 44))
def test_no_page_holds_the_closing_lines_alone(n_before: int) -> None:
    texts = pages(n_before, section("Last", 8))
    assert held(texts, "What ends the report.") == held(texts, "Last row 8.") == [len(texts) - 1]


def test_a_table_longer_than_a_page_goes_on_over_pages() -> None:
    texts = pages(1, section("Long", 120))
    assert [held(texts, f"Long row {n}.") for n in (1, 120)] == [[0], [len(texts) - 1]]
    assert len(texts) > 2
