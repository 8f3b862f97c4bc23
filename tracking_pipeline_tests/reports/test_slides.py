import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from itertools import combinations
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from pptx import Presentation
from pptx.util import Inches

from tracking_pipeline.reports.document import Column
from tracking_pipeline.reports.slides import Bullets, Series, Slide, SlideChart, SlideTable
from tracking_pipeline.reports.writers import slide_template, slide_text
from tracking_pipeline.reports.writers.slides import slides
from tracking_pipeline_tests.reports.telemetry import deck_scenario as scenario

Shape = Any
ACTING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
TEAMS = {
    "one": scenario.team_report(1),
    "eight": scenario.team_report(8),
    "forty": scenario.team_report(40),
    "hostile": scenario.team_report(8, scenario.HOSTILE),
    "nothing": scenario.without_figures(scenario.team_report(8)),
}
HASHES = """
import hashlib
from tracking_pipeline_tests.reports.telemetry import deck_scenario as s
print(hashlib.sha256(s.pptx(s.team_report(8, s.HOSTILE))).hexdigest())
"""


@pytest.fixture(scope="module", params=list(TEAMS))
def content(request: pytest.FixtureRequest) -> bytes:
    return scenario.pptx(TEAMS[request.param], is_demo=True)


@pytest.fixture(scope="module")
def eight() -> bytes:
    return scenario.pptx(TEAMS["eight"])


@pytest.fixture(scope="module")
def hostile() -> bytes:
    return scenario.pptx(TEAMS["hostile"])


def deck(content: bytes) -> Any:  # noqa: ANN401 - python-pptx is typed in parts
    return Presentation(BytesIO(content))


def written(*pages: Slide) -> bytes:
    return slides(replace(scenario.draft(TEAMS["eight"]), slides=pages))


def texts(page: Any) -> list[str]:  # noqa: ANN401
    frames = [shape.text_frame.text for shape in page.shapes if shape.has_text_frame]
    cells = [
        cell.text
        for shape in page.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
    ]
    return [*frames, *cells]


def test_the_template_is_what_its_module_makes() -> None:
    assert slide_template.TEMPLATE.read_bytes() == slide_template.template()


def test_the_template_is_wide_and_has_three_layouts() -> None:
    found = deck(slide_template.template())
    assert (found.slide_width, found.slide_height) == (Inches(13.333), Inches(7.5))
    assert [layout.name for layout in found.slide_layouts] == ["Title", "Content", "Section"]


def test_every_slide_fills_its_title_first_and_ends_with_its_number(content: bytes) -> None:
    for number, page in enumerate(deck(content).slides, start=1):
        shapes = list(page.shapes)
        assert page.shapes.title == shapes[0]
        assert page.shapes.title.text_frame.text.strip()
        assert shapes[-1].text_frame.text == str(number)
        assert "Acme platform engineering" in shapes[-2].text_frame.text


def test_every_slide_has_notes(content: bytes) -> None:
    pages = list(deck(content).slides)
    assert all(page.has_notes_slide for page in pages)
    assert "75" in pages[1].notes_slide.notes_text_frame.text  # the range of the hourly rate


def test_no_shape_leaves_its_slide_or_covers_another(content: bytes) -> None:
    found = deck(content)
    for page in found.slides:
        shapes = list(page.shapes)
        for shape in shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= found.slide_width
            assert shape.top + shape.height <= found.slide_height
        for one, other in combinations(shapes, 2):
            is_beside = one.left + one.width <= other.left or other.left + other.width <= one.left
            is_apart = one.top + one.height <= other.top or other.top + other.height <= one.top
            assert is_beside or is_apart, (one.name, other.name)


def test_every_text_has_the_lines_that_its_box_has_room_for(content: bytes) -> None:
    for page in deck(content).slides:
        for shape in page.shapes:
            if shape.has_text_frame and not shape.is_placeholder:
                frame = shape.text_frame
                room = (shape.width - frame.margin_left - frame.margin_right) / 914_400
                needed = sum(lines_height(paragraph, room) for paragraph in frame.paragraphs)
                assert needed <= shape.height / 914_400 + 0.01, frame.text


def lines_height(paragraph: Any, room: float) -> float:  # noqa: ANN401
    (run,) = paragraph.runs
    size = run.font.size.pt
    count = slide_text.n_lines(run.text, room - 0.26 * bool(paragraph._p.pPr.get("marL")), size)  # noqa: SLF001
    before = paragraph.space_before.pt if paragraph.space_before else 0
    return slide_text.height(count, size) + before / 72


def test_what_is_drawn_are_native_charts_and_tables_with_alternative_texts(content: bytes) -> None:
    for page in deck(content).slides:
        for shape in page.shapes:
            assert not hasattr(shape, "image")
            if shape.has_chart or shape.has_table:
                described = shape._element.nvGraphicFramePr.cNvPr  # noqa: SLF001
                assert len(described.get("descr")) > 20
                assert shape.name.startswith(("Chart: ", "Table: "))


def test_charts_can_be_edited(eight: bytes) -> None:
    found = [shape.chart for page in deck(eight).slides for shape in page.shapes if shape.has_chart]
    assert len(found) == 7
    savings = found[1]
    book = openpyxl.load_workbook(BytesIO(savings.part.chart_workbook.xlsx_part.blob))
    assert [[cell.value for cell in row] for row in book["Sheet1"].iter_rows()] == [
        [None, "Value"],
        ["Developer time", 19_200],
        ["Token optimisation", 96],
    ]
    assert list(savings.plots[0].categories) == ["Developer time", "Token optimisation"]
    assert list(savings.plots[0].series[0].values) == [19_200.0, 96.0]


def test_a_category_without_a_value_says_so_and_has_no_point() -> None:
    chart = SlideChart(
        "Weeks", ("5 Oct", "12 Oct"), (Series("Value", (3.0, None)),), "usd", "column"
    )
    (page,) = deck(written(Slide("Weeks", "Weeks", panels=(chart,)))).slides
    (drawn,) = (shape.chart for shape in page.shapes if shape.has_chart)
    assert list(drawn.plots[0].categories) == ["5 Oct", "12 Oct: no data"]
    assert list(drawn.plots[0].series[0].values) == [3.0, None]


@pytest.mark.parametrize("shape", ["bar", "column", "line"])
@pytest.mark.parametrize("n", [1, 13])
def test_every_shape_of_chart_takes_one_category_or_a_quarter_of_weeks(shape: Any, n: int) -> None:  # noqa: ANN401
    names = tuple(f"week {i}" for i in range(n))
    both = tuple(Series(name, tuple(map(float, range(n)))) for name in ("this", "last"))
    chart = SlideChart("Weeks", names, both, "count", shape)
    (page,) = deck(written(Slide("Weeks", "Weeks", panels=(chart,)))).slides
    (drawn,) = (found.chart for found in page.shapes if found.has_chart)
    assert len(list(drawn.plots[0].categories)) == n
    assert drawn.has_legend
    assert drawn.value_axis.visible == (n == 13 and shape != "bar")


def test_the_demo_is_marked_on_every_slide_and_nothing_else_is() -> None:
    for is_demo in (True, False):
        for page in deck(scenario.pptx(TEAMS["eight"], is_demo=is_demo)).slides:
            assert ("Demo: simulated figures" in texts(page)) == is_demo


def test_the_file_says_what_it_is_and_as_of_when(eight: bytes) -> None:
    about = deck(eight).core_properties
    assert about.title == "Acme platform engineering: value of the team"
    assert about.author == about.last_modified_by == "Tracking Pipeline"
    assert about.created == about.modified == scenario.AS_OF.replace(tzinfo=None)


def test_two_processes_write_the_same_bytes() -> None:
    made = {
        subprocess.run(
            [sys.executable, "-c", HASHES],
            env={**os.environ, "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "America/Toronto"))
    }
    here = hashlib.sha256(scenario.pptx(TEAMS["hostile"])).hexdigest()
    assert made == {f"{here}\n"}


def test_the_package_tells_no_time_of_its_making(eight: bytes) -> None:
    with ZipFile(BytesIO(eight)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[1:] == sorted(package.namelist()[1:])


def test_hostile_texts_are_shown_and_act_nowhere(hostile: bytes) -> None:
    everything = " ".join(text for page in deck(hostile).slides for text in texts(page))
    assert "<script>alert(1)</script> & ]]>" in everything
    assert "abcd" in everything
    assert ACTING.findall(everything) == []
    with ZipFile(BytesIO(hostile)) as package:
        relations = [name for name in package.namelist() if name.endswith(".rels")]
        assert not [name for name in relations if b'TargetMode="External"' in package.read(name)]


def test_formula_like_names_stay_texts_in_the_workbooks_of_charts(hostile: bytes) -> None:
    with ZipFile(BytesIO(hostile)) as package:
        books = [
            openpyxl.load_workbook(BytesIO(package.read(name)))
            for name in package.namelist()
            if name.startswith("ppt/embeddings/")
        ]
    cells = [cell for book in books for row in book["Sheet1"].iter_rows() for cell in row]
    named = [cell for cell in cells if str(cell.value).startswith(("=", "+"))]
    assert named
    assert {cell.data_type for cell in named} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink]


def test_what_was_shortened_stands_whole_in_the_notes(hostile: bytes) -> None:
    notes = [page.notes_slide.notes_text_frame.text for page in deck(hostile).slides]
    assert any("W" * 400 in text for text in notes)


def test_a_list_without_room_is_shortened_line_by_line() -> None:
    lines = tuple(f"{n} " + "many words " * 60 for n in range(9))
    (page,) = deck(written(Slide("List", "List", panels=(Bullets("Lines", lines),)))).slides
    (found,) = (shape for shape in page.shapes if shape.name.startswith("List: "))
    shown = [paragraph.text for paragraph in found.text_frame.paragraphs]
    assert [text[0] for text in shown] == [str(n) for n in range(9)]
    assert all(text.endswith(" …") for text in shown)


def test_a_table_without_room_counts_the_rows_that_it_leaves_out() -> None:
    rows = tuple((f"engineer {n}", f"{n}") for n in range(40))
    columns = (Column("Engineer"), Column("Commits", is_number=True))
    table = SlideTable("Engineers", columns, rows)
    (page,) = deck(written(Slide("Table", "Table", panels=(table,)))).slides
    (found,) = (shape.table for shape in page.shapes if shape.has_table)
    shown = [row.cells[0].text for row in found.rows]
    assert shown[:2] == ["Engineer", "engineer 0"]
    assert shown[-1] == f"… and {40 - (len(shown) - 2)} more"


@pytest.mark.parametrize(
    ("text", "inches"),
    [("Hello", 2.278 * 10 / 72), ("iiii", 0.888 * 10 / 72), ("名前", 20 / 72), ("é", 5.56 / 72)],
)
def test_widths_are_those_of_arial(text: str, inches: float) -> None:
    assert slide_text.width(text, 10) == pytest.approx(inches)


@pytest.mark.parametrize(
    ("text", "lines"), [("one two", 1), ("one two three four", 2), ("W" * 30, 4), ("", 1)]
)
def test_words_wrap_and_a_word_longer_than_a_line_is_broken(text: str, lines: int) -> None:
    assert slide_text.n_lines(text, 1.0, 10) == lines
