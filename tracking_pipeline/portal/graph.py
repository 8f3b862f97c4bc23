"""Places a relation, or one of its columns, between its parents (left) and children (right)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from tracking_pipeline.portal.lineage import ColumnLink, LineageColumn, LineageRelation

BOX_WIDTH = 280
WIDTH = 980
_GAP = 12
_HEAD = 46
_LINE = 20
_FOOT = 8


@dataclass(frozen=True)
class Line:
    """A column's name in its box, at the height of its middle."""

    link: ColumnLink
    y: int


@dataclass(frozen=True)
class Box:
    """A relation; lengths in units of the drawing, which is ``WIDTH`` wide."""

    link: ColumnLink
    x: int
    y: int
    height: int
    lines: tuple[Line, ...]
    is_chosen: bool

    @property
    def ends(self) -> tuple[int, ...]:
        """Return the heights at which its edges meet it."""
        return tuple(line.y for line in self.lines) or (self.y + self.height // 2,)


@dataclass(frozen=True)
class Graph:
    """The drawing: boxes, and edges as SVG paths, from left to right."""

    height: int
    boxes: tuple[Box, ...]
    edges: tuple[str, ...]


def graph(chosen: LineageRelation | LineageColumn) -> Graph:
    """Return the drawing of one relation or column with its nearest parents and children."""
    sides = [chosen.parents, (chosen.link,), chosen.children]
    height = max(_height(side) for side in sides)
    left, middle, right = (
        _boxes(side, place * (WIDTH - BOX_WIDTH) // 2, (height - _height(side)) // 2, chosen.link)
        for place, side in enumerate(sides)
    )
    edges = [*_edges(left, middle), *_edges(middle, right)]
    return Graph(height, (*left, *middle, *right), tuple(edges))


def _boxes(side: Sequence[ColumnLink], x: int, y: int, chosen: ColumnLink) -> list[Box]:
    boxes = []
    for relation, links in groupby(side, key=lambda link: link.relation):
        named = [link for link in links if link.column]
        first = y + _HEAD + _LINE // 2
        lines = tuple(Line(link, first + _LINE * place) for place, link in enumerate(named))
        height = _box_height(len(lines))
        boxes.append(Box(ColumnLink(relation), x, y, height, lines, chosen in side))
        y += height + _GAP
    return boxes


def _height(side: Iterable[ColumnLink]) -> int:
    grouped = groupby(side, key=lambda link: link.relation)
    heights = [_box_height(sum(1 for link in links if link.column)) for _, links in grouped]
    return sum(heights) + _GAP * max(len(heights) - 1, 0)


def _box_height(n_lines: int) -> int:
    return _HEAD + (n_lines * _LINE + _FOOT if n_lines else 0)


def _edges(left: list[Box], right: list[Box]) -> Iterable[str]:
    for start in left:
        for end in right:
            from_x, to_x = start.x + BOX_WIDTH, end.x
            bend = (from_x + to_x) // 2
            for from_y in start.ends:
                for to_y in end.ends:
                    yield f"M{from_x} {from_y}C{bend} {from_y} {bend} {to_y} {to_x} {to_y}"
