"""The slides as LibreOffice shows them."""

import re
import subprocess
from dataclasses import dataclass
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from pptx import Presentation
from pypdf import PdfReader

from tracking_pipeline_tests.reports.browser import ink
from tracking_pipeline_tests.reports.telemetry import deck_scenario as scenario

pytestmark = pytest.mark.ui

TEAMS = {
    "two": scenario.team_report(2),
    "eight": scenario.team_report(8),
    "nothing": scenario.without_figures(scenario.team_report(8)),
    "hostile": scenario.team_report(8, scenario.HOSTILE),
}
WORD = re.compile(
    r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*)</word>'
)


@dataclass(frozen=True)
class Shown:
    """A deck, the PDF that LibreOffice makes of it, and its name."""

    name: str
    content: bytes
    pdf: Path


@pytest.fixture(scope="module", params=list(TEAMS))
def shown(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("slides")
    content = scenario.pptx(TEAMS[request.param], is_demo=True)
    deck = folder / "slides.pptx"
    deck.write_bytes(content)
    subprocess.run(
        [
            *("soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"),
            *("--convert-to", "pdf", "--outdir", folder, deck),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return Shown(request.param, content, folder / "slides.pdf")


def words(pdf: Path) -> list[list[tuple[float, float, float, float, str]]]:
    """Return the boxes of the words of each page, in points, and the words."""
    done = subprocess.run(["pdftotext", "-bbox", pdf, "-"], check=True, capture_output=True)
    pages = done.stdout.decode().split("<page ")[1:]
    return [[(*map(float, found[:4]), found[4]) for found in WORD.findall(page)] for page in pages]


def test_every_slide_is_a_page_with_its_title_and_something_on_it(shown: Shown) -> None:
    slides = list(Presentation(BytesIO(shown.content)).slides)
    pages = PdfReader(shown.pdf).pages
    assert len(pages) == len(slides) == 10
    subprocess.run(
        ["pdftoppm", "-r", "40", "-png", shown.pdf, shown.pdf.with_name("page")], check=True
    )
    pictures = sorted(shown.pdf.parent.glob("page-*.png"))
    assert len(pictures) == 10
    assert min(ink(picture) for picture in pictures) > 0.01
    for slide, page in zip(slides, pages, strict=True):
        title = "".join(slide.shapes.title.text_frame.text.split())
        if title.isascii():
            assert title in "".join(page.extract_text().split())


def test_no_words_run_into_each_other_or_out_of_the_slide(shown: Shown) -> None:
    for number, page in enumerate(words(shown.pdf), start=1):
        for left, top, right, bottom, word in page:
            assert left >= 40, (number, word)
            assert right <= 13.333 * 72 - 40, (number, word)
            assert top >= 20, (number, word)
            assert bottom <= 7.5 * 72 - 10, (number, word)
        for one, other in combinations(page, 2):
            across = min(one[2], other[2]) - max(one[0], other[0])
            down = min(one[3], other[3]) - max(one[1], other[1])
            # The boxes are as tall as the font's letters may be, taller than its lines stand apart.
            least = 0.13 * max(one[3] - one[1], other[3] - other[1])
            assert across < 1.5 or down < least, (number, one, other)


def test_letters_are_as_wide_as_they_were_measured(shown: Shown) -> None:
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in PdfReader(shown.pdf).pages
        for font in page["/Resources"]["/Font"].values()
    }
    foreign = {font for font in fonts if not font.startswith("LiberationSans")}
    assert not foreign or shown.name == "hostile"
