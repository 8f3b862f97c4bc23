from dataclasses import replace

import pytest

from tracking_pipeline.reports.compose import composed
from tracking_pipeline.reports.document import Table
from tracking_pipeline.reports.headline import MOST_CLIENTS, headline
from tracking_pipeline.reports.model import Figure, FigureSection, ReportModel
from tracking_pipeline_tests.reports.scenario import SYSTEM

CLIENTS = tuple(f"client_{n:03d}" for n in range(120))


def of_client(figure: Figure, client: str, n: int) -> Figure:
    trace = replace(figure.trace, client_id=client)
    return replace(figure, client_id=client, trace=trace, n=figure.n + n)


@pytest.fixture(scope="module")
def figures(model: ReportModel) -> tuple[Figure, ...]:
    return tuple(
        of_client(figure, client, n)
        for n, client in enumerate(CLIENTS)
        for figure in model.figures
        if figure.value is not None
    )


def test_the_clients_with_the_most_observations_lead(figures: tuple[Figure, ...]) -> None:
    leading = {figure.client_id for figure in headline(SYSTEM, figures)}
    assert leading == set(CLIENTS[-MOST_CLIENTS:])


def test_long_tables_keep_whole_entities_and_say_where_the_rest_is(
    model: ReportModel, figures: tuple[Figure, ...]
) -> None:
    section = FigureSection("log_type", "Log type", figures, ())
    many = replace(model, sections=(section,))
    (table,) = (
        block
        for part in composed(many, "technical")
        for block in part.blocks
        if part.section_id == "figures-log_type" and isinstance(block, Table)
    )
    shown = {group.code: len(group.rows) for group in table.groups}
    whole = {
        f"{client} / {entity}": sum((f.client_id, f.entity_id) == (client, entity) for f in figures)
        for client, entity in {(f.client_id, f.entity_id) for f in figures}
    }
    assert 0 < sum(shown.values()) <= 500 < len(figures)
    assert shown.items() <= whole.items()
    assert f"{sum(shown.values())} of the week's {len(figures):,} figures" in table.caption
    assert "report.xlsx and report.json hold every one" in table.caption
