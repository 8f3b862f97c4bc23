"""Two clients with three engines each, as the published marts hold them."""

from datetime import date, datetime, timedelta

import duckdb

from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse.connection import writer
from tracking_pipeline.warehouse.snapshot import publish

LAST_DAY = date(2025, 3, 9)
WEEK = date(2025, 3, 2)
COLLECTED = datetime(2025, 3, 10, 13, 5)  # noqa: DTZ001 - the marts write UTC without a zone
HOSTILE = "<script>alert(1)</script>{{7*7}}"

_TABLES = """
create schema marts; create schema seeds; create schema analysis;
create table seeds.metrics (system varchar, metric varchar, label varchar);
create table marts.clients (
    id uuid, client_key varchar, name varchar, industry varchar, timezone varchar,
    pilot_start_date date, pilot_end_date date, provenance varchar);
create table marts.engine_cards (
    client_id varchar, engine_id varchar, engine_name varchar, purpose varchar, score_date date,
    performance_score decimal(5, 2), score_status varchar, score_today decimal(5, 2),
    benchmark_comparison double, n_metrics bigint, n_metrics_with_data bigint,
    last_updated timestamp);
create table marts.engine_card_metrics (
    client_id varchar, engine_id varchar, metric varchar, label varchar, unit varchar,
    direction varchar, value double, benchmark double, industry_average double, comparison double,
    attainment double, weight double, n double, metric_date date, provenance varchar);
create table marts.scores (
    system varchar, client_id varchar, entity_type varchar, entity_id varchar, score_date date,
    performance_score decimal(5, 2));
create table marts.metric_daily (
    system varchar, client_id varchar, entity_type varchar, entity_id varchar, metric varchar,
    metric_date date, value double);
create table marts.client_engine_goals (
    client_key varchar, engine_id varchar, goal_metric varchar, target_value decimal(10, 2),
    current_value decimal(10, 2), status varchar, unit varchar, due_date date, is_overdue boolean);
create table marts.alert_candidates (
    alert_id varchar, system varchar, client_id varchar, entity_type varchar, entity_id varchar,
    week_start date, severity varchar, message varchar);
create table marts.recommendations (
    system varchar, client_id varchar, entity_type varchar, entity_id varchar, week_start date,
    rank bigint, title varchar, description varchar, priority varchar, action_items varchar[]);
create table analysis.trends (
    system varchar, client_id varchar, entity_type varchar, entity_id varchar, metric varchar,
    week_start date, direction varchar, reason varchar);
create table analysis.claims (
    claim_id varchar, system varchar, client_id varchar, entity_type varchar, entity_id varchar,
    metric varchar, week_start date, kind varchar, sentence varchar, is_supported boolean,
    method varchar, n bigint, p_value double, ci_low double, ci_high double, coverage double,
    reason varchar);
"""

# client, engine, score, today, comparison, trend direction, trend reason
_ENGINES = [
    ("acme", "A", 112.5, 40.25, 0.125, "improving", None),
    ("acme", "D", 66.0, None, -0.34, "declining", None),
    ("acme", "N", 101.0, 88.0, 0.01, "stable", None),
    ("birch", "A", 90.0, 80.0, -0.1, None, "no_evidence"),
    ("birch", "D", None, None, None, None, None),
    ("birch", "N", 95.0, None, -0.05, None, "not_enough_data"),
]
_NAMES = {
    "A": ("The Prospector", "Finds potential leads"),
    "D": ("The Guardian", "Protects domain reputation"),
    "N": ("The Navigator", "Books qualified meetings"),
}


def publish_engines(settings: Settings, acme: str = "acme") -> str:
    """Publish the scenario, its first client under that key; return the snapshot's version."""
    with writer(settings) as con:
        con.execute(_TABLES)
        _fill_cards(con)
        _fill_history(con)
        _fill_notes(con)
        _rename(con, acme)
        return publish(settings, con)


def collect_again(settings: Settings, score: float) -> None:
    """Publish a newer score of acme's prospector."""
    with writer(settings) as con:
        con.execute(
            "update marts.engine_cards set performance_score = ? "
            "where client_id = 'acme' and engine_id = 'A'",
            [score],
        )
        publish(settings, con)


def _rename(con: duckdb.DuckDBPyConnection, key: str) -> None:
    columns = con.execute(
        "select table_schema, table_name, column_name from information_schema.columns "
        "where column_name in ('client_id', 'client_key')"
    ).fetchall()
    for schema, table, column in columns:
        con.execute(
            f"update {schema}.{table} set {column} = ? where {column} = 'acme'",
            [key],
        )


def _fill_cards(con: duckdb.DuckDBPyConnection) -> None:
    con.executemany(
        "insert into marts.clients by name "
        "select ? as client_key, ? as name, ? as industry, ? as provenance",
        [("acme", f"Acme {HOSTILE}", "Robots", "measured"), ("birch", "Birch", None, "simulated")],
    )
    for client, engine, score, today, comparison, direction, reason in _ENGINES:
        day = None if score is None else LAST_DAY
        con.execute(
            "insert into marts.engine_cards values (?, ?, ?, ?, ?, ?, ?, ?, ?, 5, ?, ?)",
            [
                *(client, engine, *_NAMES[engine], day, score, "scored" if score else "no_data"),
                *(today, comparison, 2 if score else 0, COLLECTED if score else None),
            ],
        )
        con.execute(
            "insert into analysis.trends values "
            "('engines', ?, 'engine', ?, 'performance_score', ?, ?, ?)",
            [client, engine, WEEK, direction, reason],
        )
    con.execute(
        "insert into marts.engine_card_metrics values "
        "('acme', 'D', 'spam_rate', 'Spam rate', 'fraction', 'lower', 0.0018, 0.0012, 0.003, "
        "-0.5, 0.667, 1, 400, ?, 'measured'), "
        "('acme', 'D', 'domain_health_score', 'Domain health score', 'score', 'higher', 80, 82, "
        "100, -0.024, 0.976, 1, 1, ?, 'measured')",
        [LAST_DAY, LAST_DAY],
    )


def _fill_history(con: duckdb.DuckDBPyConnection) -> None:
    con.executemany(
        "insert into marts.scores values ('engines', ?, 'engine', ?, ?, ?)",
        [
            (client, engine, LAST_DAY - timedelta(days=ago), (score or 50) - ago)
            for client, engine, score, *_ in _ENGINES
            for ago in (-1, 0, 1, 2, 5, 70)
        ],
    )
    con.executemany(
        "insert into marts.metric_daily values "
        "('engines', 'acme', 'engine', 'D', 'spam_rate', ?, ?)",
        [(LAST_DAY - timedelta(days=ago), 0.001 + ago / 10000) for ago in range(8)],
    )


def _fill_notes(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into seeds.metrics values ('engines', 'spam_rate', 'Spam rate')")
    con.execute(
        "insert into marts.client_engine_goals values "
        "('acme', 'D', 'spam_rate', 0.1, 0.18, 'at_risk', 'percent', ?, true)",
        [date(2025, 2, 1)],
    )
    con.executemany(
        "insert into marts.alert_candidates values "
        "(?, 'engines', 'acme', 'engine', 'D', ?, 'critical', ?)",
        [("1", WEEK, f"Score below 70 {HOSTILE}"), ("2", date(2025, 2, 22), "An older alert")],
    )
    con.execute(
        "insert into marts.recommendations values ('engines', 'acme', 'engine', 'D', ?, 1, "
        "'Clean the lists', 'Spam rate is high', 'HIGH', ['Remove bounced addresses'])",
        [WEEK],
    )
    con.executemany(
        "insert into analysis.claims values "
        "(?, 'engines', 'acme', 'engine', 'D', 'spam_rate', ?, ?, ?, ?, 'mann_kendall', "
        "28, 0.004, -0.1, -0.02, 0.96, ?)",
        [
            ("1", WEEK, "stable", "Deliverability rate is stable.", True, None),
            ("2", WEEK, "exceeds", "Domain health score exceeds its benchmark.", True, None),
            ("3", WEEK, "trend", "Spam rate of The Guardian is declining.", True, None),
            ("4", WEEK, "trend", "No evidence of a change.", False, "no_evidence"),
        ],
    )
