"""The body of a slide: its numbers in a row, and its panels below."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import PP_ALIGN

from tracking_pipeline.reports.slides import (
    Arithmetic,
    BigNumber,
    Bullets,
    Panel,
    Slide,
    SlideChart,
    SlideTable,
)
from tracking_pipeline.reports.writers import slide_template as template
from tracking_pipeline.reports.writers.slide_canvas import INDENT, Box, Canvas, Pptx, Text, paint
from tracking_pipeline.reports.writers.slide_chart import draw_chart
from tracking_pipeline.reports.writers.slide_table import draw_arithmetic, draw_table
from tracking_pipeline.reports.writers.slide_text import height, n_lines, readable

_BODY: Final = Box(template.MARGIN, 1.96, template.INNER, 4.44)
_NUMBERS_HEIGHT: Final = 1.42
_CARD_MARGIN: Final = 0.13
_GAP, _GUTTER = 0.24, 0.6
_HEADING: Final = 0.46
_BULLET_SIZES: Final = (20, 18, 16, 14)
_SPACE: Final = 9
_DEMO_AT: Final = Box(template.WIDTH - template.MARGIN - 2.4, 0.35, 2.4, 0.32)


def draw_demo_mark(canvas: Canvas) -> None:
    """Say at the top of the slide that its figures are simulated."""
    chip = _block(canvas, MSO_SHAPE.ROUNDED_RECTANGLE, _DEMO_AT, "Demo mark")
    paint(chip.fill.fore_color, "warning")
    chip.adjustments[0] = 0.5
    said = Text("Demo: simulated figures", (12,), "paper", is_bold=True)
    canvas.write(chip.text_frame, _DEMO_AT, [said], is_middle=True)
    chip.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER


def draw_body(canvas: Canvas, slide: Slide, as_of: datetime) -> None:
    """Draw the numbers side by side and below them one panel, or two at the slide's split."""
    room = _BODY
    for box, number in zip(_columns(room, len(slide.numbers)), slide.numbers, strict=True):
        _number(canvas, box, number)
    if slide.numbers:
        used = _NUMBERS_HEIGHT + _GAP
        room = replace(room, top=room.top + used, height=room.height - used)
    for box, panel in zip(_parts(room, slide), slide.panels, strict=True):
        _panel(canvas, box, panel, as_of)


def _columns(room: Box, n: int) -> Iterator[Box]:
    for place in range(n):
        wide = (room.width - (n - 1) * _GAP) / n
        yield Box(room.left + place * (wide + _GAP), room.top, wide, _NUMBERS_HEIGHT)


def _parts(room: Box, slide: Slide) -> Iterator[Box]:
    if len(slide.panels) == 1:
        yield room
    elif slide.panels:
        first = (room.width - _GUTTER) * slide.split
        yield replace(room, width=first)
        left = room.left + first + _GUTTER
        yield replace(room, left=left, width=room.width - first - _GUTTER)


def _number(canvas: Canvas, box: Box, number: BigNumber) -> None:
    card = _block(canvas, MSO_SHAPE.RECTANGLE, box, readable(number.label))
    paint(card.fill.fore_color, "soft")
    texts = [
        Text(number.label, (14, 13, 12), "quiet"),
        Text(number.value, (34, 30, 26, 22, 18), "accent", is_bold=True),
        Text(number.rests_on, (12, 11), "quiet", most_lines=2),
    ]
    canvas.write(card.text_frame, box, texts, margin=_CARD_MARGIN)


def _panel(canvas: Canvas, box: Box, panel: Panel, as_of: datetime) -> None:
    heading = Text(panel.title, (16, 14), is_bold=True)
    canvas.box(f"Heading: {readable(panel.title)}", replace(box, height=_HEADING), [heading])
    room = replace(box, top=box.top + _HEADING, height=box.height - _HEADING)
    match panel:
        case SlideChart():
            draw_chart(canvas, room, panel, as_of)
        case SlideTable():
            draw_table(canvas, room, panel)
        case Arithmetic():
            draw_arithmetic(canvas, room, panel)
        case Bullets():
            _bullets(canvas, room, panel)


def _bullets(canvas: Canvas, box: Box, panel: Bullets) -> None:
    """Set the lines as large as they fit; where none fits, the longest are shortened."""
    size, most_lines = _bullet_size(panel.lines, box)
    texts = [
        Text(line, (size,), is_bullet=True, most_lines=most_lines, space_before=_SPACE if n else 0)
        for n, line in enumerate(panel.lines)
    ]
    canvas.box(f"List: {readable(panel.title)}", box, texts)


def _bullet_size(lines: tuple[str, ...], box: Box) -> tuple[int, int]:
    """Return the size of the lines, and how many lines of text each of them may take."""
    room = box.height - _SPACE * len(lines) / 72
    for size in _BULLET_SIZES:
        counts = [n_lines(readable(line), box.width - INDENT, size) for line in lines]
        if height(sum(counts), size) <= room:
            return size, max(counts)
    size = _BULLET_SIZES[-1]
    return size, max(int(room / height(len(lines), size)), 1)


def _block(canvas: Canvas, kind: MSO_SHAPE, box: Box, name: str) -> Pptx:
    shape = canvas.shapes.add_shape(kind, *box.emu)
    shape.name = name
    shape.line.fill.background()
    shape.fill.solid()
    return shape
