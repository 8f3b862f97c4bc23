"""The engines' sheets of the weekly workbook: every client, engine, reference and reason."""

from collections.abc import Iterator
from typing import Final

from tracking_pipeline.reports.draft import Sheet
from tracking_pipeline.reports.engines.economics import MEASURES
from tracking_pipeline.reports.engines.frame import sheet
from tracking_pipeline.reports.engines.week import EngineWeek

_REFERENCES: Final = (
    *("Client", "Engine", "Metric", "Unit", "Weight", "Value", "n", "Coverage", "Benchmark"),
    *("vs benchmark", "Industry average", "vs industry", "Provenance"),
)


def sheets(week: EngineWeek) -> Iterator[Sheet]:
    """Yield the sheets, each with what the editions show only the head of."""
    yield sheet(
        "Economics",
        ("Client", *(measure.label for measure in MEASURES.values()), "Days", "Provenance"),
        (
            (
                each.subject,
                *(each.value(name) for name in MEASURES),
                each.days_with_data,
                each.provenance,
            )
            for each in week.economics_now
        ),
    )
    yield sheet(
        "Engines",
        ("Client", "Engine", "Name", "Score", "Score before", "vs benchmark", "Reason"),
        (
            (e.client_id, e.engine_id, e.engine, e.score, e.previous_score, e.comparison, e.reason)
            for e in week.standings
        ),
    )
    yield _references(week)
    yield sheet(
        "Attention",
        ("Client", "Engine", "Reason", "Sentence", "Evidence"),
        ((e.client_id, e.engine_id, e.reason, e.sentence, e.evidence) for e in week.attention),
    )


def _references(week: EngineWeek) -> Sheet:
    rows = (
        (
            *(standing.client_id, standing.engine_id, each.metric, each.unit, each.weight),
            *(each.value, each.n, each.coverage, each.benchmark, each.comparison),
            *(each.industry_average, each.against_industry, each.provenance),
        )
        for standing in week.standings
        for each in standing.metrics
    )
    return sheet("References", _REFERENCES, rows)
