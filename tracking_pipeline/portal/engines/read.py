"""Reads the engines' pages from the published marts."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

import duckdb

from tracking_pipeline.portal.engines.model import (
    Alert,
    Claim,
    Client,
    DayValue,
    EngineCard,
    EngineDetail,
    Goal,
    MetricData,
    NoTrend,
    Recommendation,
    Trend,
)
from tracking_pipeline.reports.query import Row, rows

HISTORY_DAYS: Final = 56
_TRENDS: Final[dict[str | None, Trend]] = {
    "improving": "up",
    "declining": "down",
    "stable": "stable",
}
_CLIENTS = """
select distinct
    clients.client_key as client_id,
    clients.name,
    clients.industry,
    clients.provenance = 'simulated' as is_simulated
from marts.clients as clients
inner join marts.engine_cards as cards on cards.client_id = clients.client_key
order by clients.name, client_id
"""
_CARDS = """
select
    cards.*,
    trends.direction,
    trends.reason
from marts.engine_cards as cards
left join (
    from analysis.trends
    where system = 'engines' and entity_type = 'engine' and metric = 'performance_score'
    qualify row_number() over (partition by client_id, entity_id order by week_start desc) = 1
) as trends
    on cards.client_id = trends.client_id and cards.engine_id = trends.entity_id
where cards.client_id = ?
order by cards.engine_id
"""
_METRICS = "from marts.engine_card_metrics where client_id = ? order by engine_id, metric"
_SCORES = """
select scores.entity_id as engine_id, scores.score_date as day, scores.performance_score as value
from marts.scores as scores
inner join marts.engine_cards as cards
    on cards.client_id = scores.client_id
    and cards.engine_id = scores.entity_id
    and scores.score_date between cards.score_date - (? - 1) and cards.score_date
where scores.system = 'engines' and scores.entity_type = 'engine' and scores.client_id = ?
    and scores.performance_score is not null
order by engine_id, day
"""
_HISTORY = """
select days.metric, days.metric_date as day, days.value
from marts.metric_daily as days
inner join marts.engine_cards as cards
    on cards.client_id = days.client_id
    and cards.engine_id = days.entity_id
    and days.metric_date between cards.score_date - (? - 1) and cards.score_date
where days.system = 'engines' and days.entity_type = 'engine'
    and days.client_id = ? and days.entity_id = ? and days.value is not null
order by days.metric, day
"""
_GOALS = """
select
    metrics.label,
    goals.unit,
    cast(goals.target_value as double) as target_value,
    cast(goals.current_value as double) as current_value,
    goals.status,
    goals.due_date,
    coalesce(goals.is_overdue, false) as is_overdue
from marts.client_engine_goals as goals
inner join seeds.metrics as metrics
    on metrics.system = 'engines' and metrics.metric = goals.goal_metric
where goals.client_key = ? and goals.engine_id = ?
order by metrics.label
"""
_OF_THE_LAST_WEEK = """
from {table}
where system = 'engines' and client_id = ? and entity_type = 'engine' and entity_id = ?
qualify week_start = max(week_start) over ()
order by {order}
"""

# What changed stands before what stands out, and that before what stays.
_CLAIM_KINDS = [
    *("trend", "week_over_week", "level_shift", "anomaly"),
    *("top_performer", "exceeds"),
    "stable",
]
_CLAIMS_ORDER = f"list_position({_CLAIM_KINDS}, kind), claim_id"


def clients(con: duckdb.DuckDBPyConnection) -> tuple[Client, ...]:
    """Return the clients that have engines, by name."""
    return tuple(Client(**row) for row in rows(con, _CLIENTS, []))


def cards(con: duckdb.DuckDBPyConnection, client_id: str) -> tuple[EngineCard, ...]:
    """Return the client's engines in the order of their letters."""
    metrics = _by_engine(rows(con, _METRICS, [client_id]))
    scores = _by_engine(rows(con, _SCORES, [HISTORY_DAYS, client_id]))
    return tuple(
        EngineCard(
            **_chosen(EngineCard, row),
            trend=_trend(row),
            metrics=tuple(
                MetricData(**_chosen(MetricData, metric))
                for metric in metrics.get(row["engine_id"], ())
            ),
            scores=_days(scores.get(row["engine_id"], ())),
        )
        for row in rows(con, _CARDS, [client_id])
    )


def detail(con: duckdb.DuckDBPyConnection, card: EngineCard) -> EngineDetail:
    """Return everything about the engine of ``card``."""
    of = [card.client_id, card.engine_id]
    history = rows(con, _HISTORY, [HISTORY_DAYS, *of])
    return EngineDetail(
        card=card,
        history={
            metric: _days(days) for metric, days in groupby(history, key=lambda row: row["metric"])
        },
        goals=tuple(Goal(**row) for row in rows(con, _GOALS, of)),
        alerts=_of_the_last_week(con, Alert, "marts.alert_candidates", "alert_id", of),
        recommendations=_of_the_last_week(con, Recommendation, "marts.recommendations", "rank", of),
        claims=_of_the_last_week(con, Claim, "analysis.claims", _CLAIMS_ORDER, of),
    )


def _of_the_last_week(
    con: duckdb.DuckDBPyConnection, kind: type[Any], table: str, order: str, of: Sequence[str]
) -> tuple[Any, ...]:
    query = _OF_THE_LAST_WEEK.format(table=table, order=order)
    return tuple(kind(**_chosen(kind, row)) for row in rows(con, query, of))


def _trend(row: Row) -> Trend | NoTrend:
    direction = _TRENDS.get(row["direction"])
    if direction is not None:
        return direction
    return "no evidence" if row["reason"] == "no_evidence" else "not enough data"


def _days(found: Iterable[Row]) -> tuple[DayValue, ...]:
    return tuple(DayValue(row["day"], float(row["value"])) for row in found)


def _by_engine(found: list[Row]) -> dict[str, list[Row]]:
    return {
        engine: list(its) for engine, its in groupby(found, key=lambda row: str(row["engine_id"]))
    }


def _chosen(kind: type[Any], row: Row) -> Row:
    """Return those columns of the row that are fields of ``kind``, decimals as floats."""
    names = {field.name for field in fields(kind)}
    return {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in row.items()
        if name in names
    }
