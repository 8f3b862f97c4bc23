import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from tracking_pipeline.reports.chart_shapes import SHAPES
from tracking_pipeline.reports.charts import svg
from tracking_pipeline.reports.model import Chart, ChartKind, Point

MONTHS = ("2026-01-01", "2026-02-01", "2026-03-01")
POINTS: dict[ChartKind, tuple[Point, ...]] = {
    "history": tuple(Point(day, 0.5, 9) for day in MONTHS),
    "ranking": (Point("Navigator", 104.0, 7), Point("Composer", 61.0, 7)),
    "lines": tuple(
        Point(day, 0.5, 9, series=name) for name in ("Acme", "Globex") for day in MONTHS
    ),
    "heat": (
        Point("Navigator", 0.04, series="Acme", note="104 (+4 %)"),
        Point("Navigator", None, series="Globex", note="—"),
    ),
    "tornado": (
        Point("Cost per meeting", 200.0, series="low", note="$300"),
        Point("Cost per meeting", 400.0, series="high", note="$500"),
    ),
    "forecast": (
        *(Point(day, 80.0, series="observed") for day in MONTHS),
        Point("2026-04-01", 90.0, interval=(70, 110), series="95 %"),
        Point("2026-04-01", 90.0, interval=(80, 100), series="80 %"),
    ),
}
LABELLED = {"ranking": 100.0, "lines": 0.6, "tornado": 280.0}


def chart(kind: ChartKind) -> Chart:
    reference = LABELLED.get(kind)
    said = "the reference" if reference else ""
    unit = "fraction" if kind in {"history", "lines"} else "percent"
    return Chart(kind, kind, "Title", "The text alternative", unit, POINTS[kind], reference, said)


def texts(drawing: str) -> list[str]:
    return [node.text or "" for node in ET.fromstring(drawing).iter() if node.text]  # noqa: S314 - our own SVG


def marks(drawing: str, kind: str) -> int:
    return len(re.findall(f'aria-roledescription="{kind}"', drawing))


@pytest.mark.parametrize("kind", SHAPES)
def test_each_kind_is_one_svg_with_its_text_alternative(kind: ChartKind) -> None:
    root = ET.fromstring(svg(chart(kind)))  # noqa: S314 - our own SVG
    assert root.attrib["aria-label"] == "The text alternative"


@pytest.mark.parametrize("kind", SHAPES)
def test_a_chart_is_the_same_bytes_each_time(kind: ChartKind) -> None:
    assert svg(chart(kind)) == svg(chart(kind))


@pytest.mark.parametrize("kind", SHAPES)
def test_ids_are_those_of_the_chart(kind: ChartKind) -> None:
    drawing = svg(replace(chart(kind), chart_id="Engine N"))
    found = re.findall(r'\bid="([^"]+)"', drawing)
    assert all(name.startswith("engine-n-") for name in found)


@pytest.mark.parametrize("kind", LABELLED)
def test_the_reference_says_what_it_is(kind: ChartKind) -> None:
    assert "the reference" in texts(svg(chart(kind)))
    assert "the reference" not in texts(svg(replace(chart(kind), reference=None)))


def test_a_cell_without_data_is_a_dash_not_a_colour() -> None:
    drawing = svg(chart("heat"))
    assert {"104 (+4 %)", "—"} <= set(texts(drawing))
    # One ground a cell, and a colour for the one with data.
    assert marks(drawing, "rect mark") == 3


def test_each_end_of_a_tornado_names_the_assumption_it_stands_for() -> None:
    assert {"$300", "$500", "Cost per meeting"} <= set(texts(svg(chart("tornado"))))


def test_lines_differ_by_dash_and_shape_beside_colour() -> None:
    drawing = svg(chart("lines"))
    assert {"Acme", "Globex"} <= set(texts(drawing))
    assert len(set(re.findall(r'stroke-dasharray="([^"]+)"', drawing))) > 1
    symbols = re.findall(r'aria-roledescription="point"[^>]* d="([^"]+)"', drawing)
    assert len(symbols) == 6
    assert len(set(symbols)) == 2


def test_a_forecast_shows_both_intervals() -> None:
    points = POINTS["forecast"]
    whole, bare = (svg(replace(chart("forecast"), points=kept)) for kept in (points, points[:4]))
    assert marks(whole, "rule mark") - marks(bare, "rule mark") == 1


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "]]>", '" onload="x', "{{7*7}}"])
def test_a_hostile_name_is_text(text: str) -> None:
    cell = replace(POINTS["heat"][0], label=text, note=text)
    drawing = svg(replace(chart("heat"), points=(cell,), description=text))
    root = ET.fromstring(drawing)  # noqa: S314 - our own SVG
    assert text in texts(drawing)
    assert root.attrib["aria-label"] == text
    assert not {"script", "onload"} & {node.tag.rpartition("}")[2] for node in root.iter()}


@pytest.mark.parametrize("kind", SHAPES)
def test_each_shape_is_valid_vega_lite(kind: ChartKind) -> None:
    assert SHAPES[kind](chart(kind)).to_dict(validate=True)
