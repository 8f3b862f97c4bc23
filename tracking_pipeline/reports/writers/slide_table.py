"""Native tables, set as large as their box lets them be."""

from dataclasses import dataclass, replace
from typing import Final

from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls
from pptx.util import Inches

from tracking_pipeline.reports.document import Column
from tracking_pipeline.reports.slides import Arithmetic, SlideTable
from tracking_pipeline.reports.writers.slide_canvas import Box, Canvas, Pptx, Text
from tracking_pipeline.reports.writers.slide_text import height, readable, width

_SIZES: Final = (18, 16, 14, 12)
_PAD: Final = 0.08
_BESIDE: Final = 0.12
_SLACK: Final = 0.02
_LEAST_TEXT: Final = 0.2
"""Of the width, so much is for texts however wide the numbers are."""

_HAIR: Final = '<a:schemeClr val="bg2"><a:lumMod val="85000"/></a:schemeClr>'
_PLAIN_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
_RECKONED: Final = (Column(""), Column(""), Column("", is_number=True))


@dataclass(frozen=True)
class _Grid:
    """What a table holds and how: a heading, its rows, and which of them stand out."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    strong: frozenset[int] = frozenset()
    has_head: bool = True

    @property
    def lines(self) -> tuple[tuple[str, ...], ...]:
        """Every row as it is set."""
        head = (tuple(column.label for column in self.columns),) if self.has_head else ()
        return (*head, *self.rows)

    def is_head(self, line: int) -> bool:
        """Whether that line is the heading."""
        return self.has_head and line == 0

    def is_strong(self, line: int) -> bool:
        """Whether that line is a row that stands out."""
        return line - int(self.has_head) in self.strong


def draw_table(canvas: Canvas, box: Box, table: SlideTable) -> None:
    """Add the table; rows that have no room are counted in its last one."""
    _draw(canvas, box, _Grid(table.columns, table.rows), (table.title, table.alt))


def draw_arithmetic(canvas: Canvas, box: Box, reckoning: Arithmetic) -> None:
    """Add the reckoning as a table without a heading, its results under a line."""
    rows = tuple((step.label, step.working, step.value) for step in reckoning.steps)
    results = frozenset(n for n, step in enumerate(reckoning.steps) if step.is_result)
    grid = _Grid(_RECKONED, rows, results, has_head=False)
    _draw(canvas, box, grid, (reckoning.title, reckoning.alt))


def _draw(canvas: Canvas, box: Box, whole: _Grid, about: tuple[str, str]) -> None:
    size = _size(whole, box)
    grid = _cut(whole, int(box.height / _row_height(size)))
    widths = _widths(grid, box.width, size)
    n_rows, tall = len(grid.lines), _row_height(size)
    room = Box(box.left, box.top, sum(widths), n_rows * tall)
    frame = canvas.shapes.add_table(n_rows, len(widths), *room.emu)
    title, alt = about
    canvas.describe(frame, f"Table: {readable(title)}", alt)
    table = frame.table
    table.first_row, table.horz_banding = grid.has_head, False
    table._tbl.tblPr.find("{*}tableStyleId").text = _PLAIN_STYLE  # noqa: SLF001 - has no door
    for column, inches in zip(table.columns, widths, strict=True):
        column.width = Inches(inches)
    for number, row in enumerate(table.rows):
        row.height = Inches(tall)
        for place, cell in enumerate(row.cells):
            _set(canvas, cell, grid, (number, place), (widths[place], size))


def _size(grid: _Grid, box: Box) -> int:
    """Return the largest size in which all of it fits, else the smallest."""
    fitting = (
        size
        for size in _SIZES
        if sum(_natural(grid, size)) <= box.width
        and len(grid.lines) * _row_height(size) <= box.height
    )
    return next(fitting, _SIZES[-1])


def _row_height(size: int) -> float:
    return height(1, size) + 2 * _PAD


def _cut(grid: _Grid, most: int) -> _Grid:
    """Return the grid with as many lines as there is room for, the last of them saying so."""
    n_over = len(grid.lines) - most
    if n_over <= 0:
        return grid
    kept = grid.rows[: len(grid.rows) - n_over - 1]
    rest = f"… and {len(grid.rows) - len(kept)} more"
    return replace(grid, rows=(*kept, (rest, *[""] * (len(grid.columns) - 1))))


def _natural(grid: _Grid, size: int) -> list[float]:
    """Return how wide each column is when nothing is shortened."""
    bold = [grid.is_head(line) or grid.is_strong(line) for line in range(len(grid.lines))]
    return [
        max(
            width(readable(text), size, is_bold=is_bold)
            for text, is_bold in zip(column, bold, strict=True)
        )
        + 2 * _BESIDE
        + _SLACK
        for column in zip(*grid.lines, strict=True)
    ]


def _widths(grid: _Grid, inches: float, size: int) -> list[float]:
    """Return the columns' widths: numbers take what they need, texts share the rest.

    A text column that needs less than its share leaves the rest of it to the longer ones.
    """
    widths = _natural(grid, size)
    texts = sorted(
        (n for n, column in enumerate(grid.columns) if not column.is_number),
        key=lambda n: widths[n],
    )
    numbers = sum(wide for n, wide in enumerate(widths) if n not in texts)
    rest = max(inches - numbers, inches * _LEAST_TEXT)
    spare = max(rest - sum(widths[n] for n in texts), 0) / len(texts)
    for left, n in zip(range(len(texts), 0, -1), texts, strict=True):
        widths[n] = min(widths[n] + spare, rest / left)
        rest -= widths[n]
    shrunk = min(1, inches / sum(widths))
    return [wide * shrunk for wide in widths]


def _set(
    canvas: Canvas,
    cell: Pptx,
    grid: _Grid,
    at: tuple[int, int],
    room: tuple[float, int],
) -> None:
    (line, place), (inches, size) = at, room
    is_head = grid.is_head(line)
    text = Text(
        grid.lines[line][place],
        (size,),
        "quiet" if is_head else "ink",
        is_bold=is_head or grid.is_strong(line),
    )
    canvas.write(cell.text_frame, Box(0, 0, inches, 0), [text], margin=_BESIDE)
    cell.margin_top = cell.margin_bottom = Inches(_PAD / 2)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    if place == 0:
        cell.margin_left = 0
    if grid.columns[place].is_number:
        cell.text_frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
    _underline(cell, is_heavy=is_head or grid.is_strong(line + 1))


def _underline(cell: Pptx, *, is_heavy: bool) -> None:
    colour = '<a:schemeClr val="accent1"/>' if is_heavy else _HAIR
    line = f'<a:lnB {nsdecls("a")} w="{15875 if is_heavy else 6350}"><a:solidFill>{colour}'
    cell._tc.get_or_add_tcPr().insert(0, parse_xml(f"{line}</a:solidFill></a:lnB>"))  # noqa: SLF001
