"""The seed's Weekly Engine Performance Report: the weekly report of a system, and the engines'."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import duckdb

from tracking_pipeline.reports.compact import of_columns, table
from tracking_pipeline.reports.document import Section
from tracking_pipeline.reports.draft import Draft, Edition, Stated
from tracking_pipeline.reports.engines import sections
from tracking_pipeline.reports.engines.economics import ALL, MEASURES
from tracking_pipeline.reports.engines.frame import stated_economics
from tracking_pipeline.reports.engines.judgements import Goal
from tracking_pipeline.reports.engines.week import EngineWeek, engine_week
from tracking_pipeline.reports.engines.week_sheets import sheets

_REFERENCE: Final = (
    *("metric", "weight", "benchmark", "industry_average", "comparison", "against_industry"),
)
_REPLACED: Final = {"headline", "health"}
"""The engines' totals lead their report, and their scores say how well they are."""


def with_engines(con: duckdb.DuckDBPyConnection, draft: Draft) -> Draft:
    """Return the weekly draft of the engines with the seed's sections before the general ones."""
    week = engine_week(con, draft.period)
    editions = {
        edition: tuple(_edition(week, edition, general))
        for edition, general in draft.editions.items()
    }
    reasons = (*draft.reasons, *week.notes)
    told = vars(replace(week, history=(), goals=tuple(_without_status(week))))
    data = {**draft.data, "engine_performance": _data(week)}
    return replace(
        draft,
        editions=editions,
        reasons=reasons,
        said={"general": draft.said, "engines": told},
        data=data,
        stated=(*_stated(week), *draft.stated),
        details={**(draft.details or {}), "engines": _details(week)},
        sheets=(*draft.sheets, *sheets(week)),
        summary=(*sections.summary(week), *draft.summary),
    )


def _without_status(week: EngineWeek) -> Iterator[Goal]:
    """Yield the goals of the week without how they stand on the day of the report."""
    for goal in week.goals:
        yield replace(goal, status=None, is_overdue=False)


def _edition(week: EngineWeek, edition: Edition, general: tuple[Section, ...]) -> Iterator[Section]:
    yield from sections.leading(week, edition)
    for section in general:
        if section.section_id == "quality":
            yield sections.quality(week, section)
        elif section.section_id not in _REPLACED:
            yield replace(section, width="whole")


def _details(week: EngineWeek) -> dict[str, object]:
    """Return what the general part does not hold: its claims and figures stand there."""
    metrics = [
        [standing.client_id, standing.engine_id, *(getattr(metric, name) for name in _REFERENCE)]
        for standing in week.standings
        for metric in standing.metrics
    ]
    return {
        "economics": table(week.economics),
        "standings": table(week.standings, without=("metrics", "purpose")),
        "references": of_columns(("client_id", "engine_id", *_REFERENCE), metrics),
        "attention": table(week.attention),
        "goals": table(week.goals),
        "history": table(week.history),
        "notes": week.notes,
    }


def _data(week: EngineWeek) -> dict[str, object]:
    """Return the report's keys as the seed's example orders them."""
    total = week.total(week.period.start)
    return {
        "top_performing_engines": [
            {"client_id": e.client_id, "engine_id": e.engine_id, "performance_score": e.score}
            for e in week.ranked[: sections.MOST_RANKED]
        ],
        "engines_needing_attention": [
            {
                "client_id": a.client_id,
                "engine_id": a.engine_id,
                "reason": a.reason,
                "sentence": a.sentence,
            }
            for a in week.attention
        ],
        "overall_system_performance": {
            name: None if total is None else total.value(name) for name in MEASURES
        },
    }


def _stated(week: EngineWeek) -> Iterator[Stated]:
    """Yield each figure of the economics, and each engine's score."""
    for each in week.economics_now:
        name = week.clients.get(each.subject, "All clients")
        yield from stated_economics(each, name, is_leading=each.subject == ALL)
    for standing in week.standings:
        yield Stated(
            figure=f"{standing.client_id}/score/{standing.engine_id}",
            label=f"{standing.client}: performance score of {standing.title}",
            value=standing.score,
            n=sum(metric.comparison is not None for metric in standing.metrics),
            unit="score",
        )
