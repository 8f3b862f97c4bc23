"""One slide to draw on: texts that fit their boxes, in the colours of the template."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal

from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches, Length, Pt

from tracking_pipeline.reports.writers.slide_text import n_lines, readable, shortened

Pptx = Any  # python-pptx is typed in parts, and there not always rightly
Colour = Literal["ink", "quiet", "paper", "soft", "accent", "warning"]

_THEME: Final = {
    "ink": MSO_THEME_COLOR.TEXT_1,
    "quiet": MSO_THEME_COLOR.ACCENT_4,
    "paper": MSO_THEME_COLOR.BACKGROUND_1,
    "soft": MSO_THEME_COLOR.BACKGROUND_2,
    "accent": MSO_THEME_COLOR.ACCENT_1,
    "warning": MSO_THEME_COLOR.ACCENT_2,
}
INDENT: Final = 0.26
"""Inches that a bullet takes at the left of its line."""


@dataclass(frozen=True)
class Box:
    """A place on a slide, in inches."""

    left: float
    top: float
    width: float
    height: float

    @property
    def emu(self) -> tuple[Length, Length, Length, Length]:
        """Left, top, width and height as python-pptx wants them."""
        left, top, width, tall = map(Inches, (self.left, self.top, self.width, self.height))
        return left, top, width, tall


@dataclass(frozen=True)
class Text:
    """A paragraph: the sizes it may be set in, largest first, and how many lines it may take."""

    text: str
    sizes: tuple[int, ...]
    colour: Colour = "ink"
    is_bold: bool = False
    is_bullet: bool = False
    most_lines: int = 1
    space_before: int = 0


class Canvas:
    """A slide; ``cut`` are the whole texts of what had to be shortened."""

    def __init__(self, page: Pptx) -> None:
        self.page = page
        self.shapes = page.shapes
        self.cut: list[str] = []

    def fitted(self, text: Text, inches: float) -> tuple[str, int]:
        """Return what of the text fits a box as wide, and the size to set it in."""
        whole = readable(text.text)
        room = inches - (INDENT if text.is_bullet else 0)
        for size in text.sizes:
            if n_lines(whole, room, size, is_bold=text.is_bold) <= text.most_lines:
                return whole, size
        size = text.sizes[-1]
        self.cut.append(whole)
        bold = text.is_bold
        return shortened(whole, room, size, most_lines=text.most_lines, is_bold=bold), size

    def write(
        self,
        frame: Pptx,
        box: Box,
        texts: Iterable[Text],
        *,
        margin: float = 0,
        is_middle: bool = False,
    ) -> None:
        """Set the paragraphs into the text frame of a shape as large as ``box``."""
        frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
        frame.margin_left = frame.margin_right = Inches(margin)
        frame.margin_top = frame.margin_bottom = Inches(0 if is_middle else margin)
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE if is_middle else MSO_ANCHOR.TOP
        for number, text in enumerate(texts):
            paragraph = frame.add_paragraph() if number else frame.paragraphs[0]
            self._set(paragraph, text, box.width - 2 * margin)

    def _set(self, paragraph: Pptx, text: Text, inches: float) -> None:
        run = paragraph.add_run()
        run.text, size = self.fitted(text, inches)
        style(run.font, size, text.colour, is_bold=text.is_bold)
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.space_before = Pt(text.space_before)
        if text.is_bullet:
            _bullet(paragraph)

    def box(self, name: str, box: Box, texts: Iterable[Text]) -> None:
        """Add a text box without margins."""
        shape = self.shapes.add_textbox(*box.emu)
        shape.name = name
        self.write(shape.text_frame, box, texts)

    def append(self, element: Pptx) -> None:
        """Put a shape's element last, where it is read last."""
        self.page.shapes._spTree.append(element)  # noqa: SLF001 - has no door

    def describe(self, frame: Pptx, name: str, alt: str) -> None:
        """Name a chart or a table and say what it shows."""
        frame.name = name
        frame._element.nvGraphicFramePr.cNvPr.set("descr", readable(alt))  # noqa: SLF001 - no door


def paint(colour: Pptx, name: Colour) -> None:
    """Give a colour of the theme."""
    colour.theme_color = _THEME[name]


def style(font: Pptx, size: int, colour: Colour, *, is_bold: bool = False) -> None:
    """Set a font's size, weight and colour."""
    font.size, font.bold = Pt(size), is_bold
    font.fill.solid()
    paint(font.fill.fore_color, colour)


def _bullet(paragraph: Pptx) -> None:
    indent = Inches(INDENT)
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001 - bullets have no door
    properties.set("marL", str(indent))
    properties.set("indent", str(-indent))
    for element in ("buClr", "buFont", "buChar"):
        properties.append(parse_xml(_BULLET[element]))


_BULLET: Final = {
    "buClr": f'<a:buClr {nsdecls("a")}><a:schemeClr val="accent1"/></a:buClr>',
    "buFont": f'<a:buFont {nsdecls("a")} typeface="Arial"/>',
    "buChar": f'<a:buChar {nsdecls("a")} char="•"/>',
}
