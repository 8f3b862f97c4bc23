"""What the demo company's clients say of themselves: its reference files, as tables of rows."""

from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from tracking_pipeline.demo.company.levels import LEVELS, levels
from tracking_pipeline.demo.company.plan import Client, Goal, plan

_SOURCE: Final = "demo company (simulated)"
_PILOT_DAYS = 90
_ASKED_EVERY_DAYS = 7
_CONTACTS = 3
_TOLD_DAYS_BEFORE = 5
_STATED_DAYS_AGO = 9

Row = dict[str, Any]


def reference(last_day: date) -> dict[str, list[Row]]:
    """Return the rows of each reference file by its stem; dates count back from ``last_day``."""
    company = plan()
    clients = company.clients
    rows = {
        "clients": [_client(client, last_day) for client in clients],
        "goals": [_goal(goal, last_day) for goal in company.goals],
        "previous_methods": [_method(client, last_day) for client in clients],
        "satisfaction": [answer for client in clients for answer in _answers(client, last_day)],
        "statements": [_statement(client, last_day) for client in clients],
        "benchmarks": _benchmarks(last_day),
        "probes": [{"client_id": client.client_id, "slug": slug(client)} for client in clients],
    }
    return {
        stem: [{**row, "provenance": "simulated"} for row in given if row]
        for stem, given in rows.items()
    }


def slug(client: Client) -> str:
    """Return the name of the client's uptime probe."""
    return f"{client.client_id}-engines"


def _client(client: Client, last_day: date) -> Row:
    start = last_day - timedelta(days=client.pilot_start)
    return {
        "client_id": client.client_id,
        "name": client.name,
        "industry": client.industry,
        "timezone": client.timezone,
        "pilot_start_date": start,
        "pilot_end_date": start + timedelta(days=_PILOT_DAYS - 1),
    }


def _goal(goal: Goal, last_day: date) -> Row:
    def day(ago: int | None) -> date | None:
        return None if ago is None else last_day - timedelta(days=ago)

    return {
        "client_id": goal.client_id,
        "engine_id": goal.engine_id,
        "goal_metric": goal.goal_metric,
        "target_value": goal.target_value,
        "start_value": goal.start_value,
        "start_date": day(goal.start),
        "due_date": day(goal.due),
    }


def _method(client: Client, last_day: date) -> Row:
    """Return how the client booked meetings before; nothing when it told nothing."""
    recorded = last_day - timedelta(days=client.pilot_start + _TOLD_DAYS_BEFORE)
    return client.previous_method and {
        "client_id": client.client_id,
        **client.previous_method,
        "recorded_date": recorded,
    }


def _statement(client: Client, last_day: date) -> Row:
    """Return what the client said of its engines; nothing when it said nothing."""
    return client.statement and {
        "client_id": client.client_id,
        **client.statement,
        "speaker": "contact 1",
        "recorded_date": last_day - timedelta(days=_STATED_DAYS_AGO),
    }


def _answers(client: Client, last_day: date) -> list[Row]:
    return [
        {
            "client_id": client.client_id,
            "score": score,
            "respondent": f"contact {ago % _CONTACTS + 1}",
            "recorded_date": last_day - timedelta(days=_ASKED_EVERY_DAYS * ago),
        }
        for ago, score in enumerate(client.satisfaction)
    ]


def _benchmarks(last_day: date) -> list[Row]:
    """Return a benchmark a metric, for every client."""
    engines = levels().select("metric", "engine_id").unique("metric")
    return (
        pl.read_csv(LEVELS)
        .join(engines, on="metric", maintain_order="left")
        .select(
            "engine_id",
            pl.lit(None).alias("client_id"),
            pl.col("metric").alias("metric_name"),
            pl.col("benchmark").alias("benchmark_value"),
            *("industry_average", "top_performer"),
            pl.lit(_SOURCE).alias("source"),
            pl.lit(last_day - timedelta(days=_PILOT_DAYS)).alias("source_date"),
        )
        .to_dicts()
    )
