import json
import re
from html.parser import HTMLParser
from io import BytesIO

import openpyxl
import pytest
from markdown_it import MarkdownIt
from pypdf import PdfReader

from tracking_pipeline.reports.query import plain

ACTING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
EDITIONS = ["executive", "technical"]


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("edition", EDITIONS)
def test_html_shows_hostile_text_and_runs_none_of_it(
    hostile_files: dict[str, bytes], edition: str
) -> None:
    page = Page()
    page.feed(hostile_files[f"{edition}.html"].decode())
    assert not page.tags & {"script", "iframe", "object", "embed", "form", "a", "img", "link"}
    assert not [n for n, _ in page.attributes if n.startswith("on") or n in {"href", "src"}]
    assert "<script>alert(1)</script>" in page.text
    assert "{{7*7}}" in page.text


@pytest.mark.parametrize("edition", EDITIONS)
def test_markdown_shows_hostile_text_without_links_html_or_new_headings(
    files: dict[str, bytes], hostile_files: dict[str, bytes], edition: str
) -> None:
    reader = MarkdownIt("commonmark").enable("table")
    found = reader.parse(hostile_files[f"{edition}.md"].decode())
    inline = [child for token in found for child in token.children or ()]
    kinds = {token.type for token in [*found, *inline]}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "fence", "code_inline"}
    usual = reader.parse(files[f"{edition}.md"].decode())
    assert sum(t.type == "heading_open" for t in found) == sum(
        t.type == "heading_open" for t in usual
    )
    assert "[x](javascript:alert(1))" in "".join(t.content for t in inline if t.type == "text")


@pytest.mark.parametrize("edition", EDITIONS)
def test_pdf_shows_hostile_text_and_holds_no_action(
    hostile_files: dict[str, bytes], edition: str
) -> None:
    reader = PdfReader(BytesIO(hostile_files[f"{edition}.pdf"]))
    text = "".join(page.extract_text() for page in reader.pages).replace("\u200b", "")
    assert '#panic("typst") $x$ @ref' in text
    assert not [page for page in reader.pages if "/Annots" in page or "/AA" in page]
    assert not {"/OpenAction", "/AA", "/Names"} & set(reader.trailer["/Root"])


def test_pdf_sets_names_of_other_scripts(hostile_files: dict[str, bytes]) -> None:
    reader = PdfReader(BytesIO(hostile_files["technical.pdf"]))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "Ελένη Дмитрий" in text


def test_excel_keeps_hostile_text_as_text(hostile_files: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(BytesIO(hostile_files["report.xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert "=cmd|' /C calc'!A0" in {cell.value for cell in cells}


def test_json_holds_hostile_text_as_values(hostile_files: dict[str, bytes]) -> None:
    report = json.loads(hostile_files["report.json"])
    assert "{{7*7}}" in {item["title"] for item in report["recommendations"]}


@pytest.mark.parametrize(
    "name", [*(f"{e}.{f}" for e in EDITIONS for f in ("html", "md")), "report.json"]
)
def test_no_file_carries_a_character_that_a_terminal_obeys(
    hostile_files: dict[str, bytes], name: str
) -> None:
    assert ACTING.findall(hostile_files[name].decode()) == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb\tc", "a b c"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("a\u202eb", "a\ufffdb"),
        ("x" * 700, "x" * 599 + "…"),
        ("Ελένη 名前", "Ελένη 名前"),
    ],
)
def test_plain_text_is_one_line_that_only_reads(text: str, shown: str) -> None:
    assert plain(text) == shown
