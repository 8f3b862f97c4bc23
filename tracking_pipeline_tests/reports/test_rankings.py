from dataclasses import replace

import pytest

from tracking_pipeline.reports.chart_data import rankings
from tracking_pipeline.reports.charts import svg
from tracking_pipeline.reports.model import Chart, Figure, ReportModel


def section(model: ReportModel, kind: str) -> tuple[Figure, ...]:
    return next(s.figures for s in model.sections if s.section_id == kind)


def only(charts: tuple[Chart, ...]) -> Chart:
    (chart,) = charts
    return chart


def test_an_entity_below_its_minimum_sample_is_not_ranked(model: ReportModel) -> None:
    # The fallback has 12 of the 20 observations that the metric asks for.
    chart = only(rankings("template", section(model, "template")))
    assert [(point.label, point.n) for point in chart.points] == [
        ("Problem solving", 90),
        ("Social proof", 75),
        ("Industry insight", 43),
    ]
    assert "3 of 4, highest first; at least 20 observations each" in chart.description


def test_one_entity_with_enough_data_ranks_nothing(model: ReportModel) -> None:
    small = tuple(
        figure
        for figure in section(model, "template")
        if figure.entity_id in {"fallback", "problem_solving"}
    )
    assert rankings("template", small) == ()


def test_each_bar_of_a_rate_has_its_wilson_interval(model: ReportModel) -> None:
    # Newcombe (1998), table I: 81 of 263 has the score interval 0.2553 to 0.3662.
    known = tuple(
        replace(figure, value=81 / 263, n=263, status="ok") for figure in section(model, "template")
    )
    chart = only(rankings("template", known))
    for point in chart.points:
        assert point.interval == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert "95 % intervals" in chart.title


def test_the_interval_is_drawn_where_there_is_one(model: ReportModel) -> None:
    chart = only(rankings("template", section(model, "template")))
    bare = replace(chart, points=tuple(replace(point, interval=None) for point in chart.points))
    drawn, plain = (svg(each).count("<line") for each in (chart, bare))
    assert drawn - plain == len(chart.points)
