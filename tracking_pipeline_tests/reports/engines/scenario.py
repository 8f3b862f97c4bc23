"""Two clients, a week and a month of them, as the marts and the analysis would hold them.

Acme: 40 meetings at a cost of $1,000 (25 each; before 310 each, measured) and 3,000 of value.
Birch: a cost of $500 and 600 of value, engine N silent, no earlier method on record.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import duckdb

from tracking_pipeline.reports.draft import Draft, Edition
from tracking_pipeline.reports.frame import framed
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.writers.markdown import markdown
from tracking_pipeline.settings import Settings

WEEK = Period(date(2026, 3, 22), "UTC", "week")
MONTH = Period(date(2026, 3, 1), "UTC", "month")
AS_OF = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
SETTINGS = Settings()
LAST_WEEK = date(2026, 3, 15)
LETTERS = "ABCDEFGHIJKLMN"
NAMES = {"acme": "Acme Robotics", "birch": "Birch Logistics"}
HOSTILE = "<script>alert(1)</script> {{7*7}} =cmd|' /C calc'!A0 #panic(1)"

_ECONOMICS = (
    "client_id varchar, is_total boolean, {r}_start date, operational_cost_usd double, "
    "value_generated_usd double, leads double, meetings_booked double, engine_roi_pct double, "
    "cost_per_meeting_usd double, traditional_cost_per_meeting_usd double, "
    "traditional_basis varchar, traditional_cost_usd double, roi_vs_traditional_pct double, "
    "cost_saved_usd double, hours_saved double, sdr_months double, meeting_quality double, "
    "satisfaction double, n_satisfaction bigint, uptime_rate double, n_probes bigint, "
    "days_with_data bigint, coverage double, provenance varchar, last_batch_id bigint, "
    "compared_operational_cost_usd double, compared_meetings_booked double, "
    "compared_traditional_cost_usd double, days_compared bigint, cost_coverage double, "
    "value_coverage double"
)
_FIGURES = (
    "system varchar, client_id varchar, entity_type varchar, entity_id varchar, metric varchar, "
    "{r}_start date, value double, n bigint, coverage double, provenance varchar, "
    "last_batch_id bigint, last_observed_at timestamp"
)
_COMPARED = (
    "system varchar, client_id varchar, entity_id varchar, metric varchar, {r}_start date, "
    "benchmark double, industry_average double, comparison double"
)
_SCORES = (
    "system varchar, client_id varchar, entity_id varchar, {r}_start date, "
    "performance_score double, status varchar"
)
_CLAIMS = (
    "claim_id varchar, system varchar, client_id varchar, week_start date, kind varchar, "
    "subject varchar, sentence varchar, is_supported boolean, method varchar, n bigint, "
    "p_value double, ci_low double, ci_high double, coverage double, reason varchar, "
    "entity_type varchar, entity_id varchar, metric varchar"
)
_TRENDS = (
    "system varchar, client_id varchar, entity_type varchar, entity_id varchar, metric varchar, "
    "week_start date, direction varchar, significance varchar, reason varchar, method varchar, "
    "adjusted_p_value double, ci_low double, ci_high double"
)
_VERDICT = (
    "client_id varchar, {rule} varchar, engine_id varchar, label varchar, unit varchar, "
    "threshold double, value double, n bigint, status varchar, evidence varchar, "
    "window_start date, window_end date"
)
_POINTS = (
    "client_id varchar, month_start date, proof_id varchar, engine_id varchar, label varchar, "
    "unit varchar, value double, n bigint, is_supported boolean, sentence varchar"
)
_FORECASTS = (
    "client_id varchar, metric varchar, month_start date, value double, low_80 double, "
    "high_80 double, low_95 double, high_95 double, method varchar, mase double, n bigint, "
    "reason varchar"
)
_RECOMMENDATIONS = (
    "recommendation_id varchar, system varchar, client_id varchar, week_start date, "
    "category varchar, priority varchar, title varchar, description varchar, "
    "action_items varchar[], metric varchar, value double, n bigint, "
    "expected_improvement double, roi_multiplier double, roi_pct double, effort_hours double, "
    "confidence double, difficulty varchar, rank bigint"
)
_ASSUMED = (
    ("industry_cost_per_meeting_usd", "Industry cost per meeting", "usd", 300, 380, 500),
    ("sdr_monthly_cost_usd", "Cost of an SDR a month", "usd", 8500, 8500, 10000),
    ("sdr_meetings_per_month", "Meetings an SDR books", "count", 12, 16, 20),
    ("sdr_hours_per_month", "Hours an SDR works", "h", 147, 160, 173),
)


def table(
    con: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Iterable[Sequence[object]] = ()
) -> None:
    """Create the table and fill it."""
    con.execute(f"create table {name} ({columns})")
    for row in rows:
        con.execute(f"insert into {name} values ({', '.join('?' * len(row))})", list(row))


def warehouse(name: str = NAMES["acme"]) -> duckdb.DuckDBPyConnection:
    """Return the scenario in memory, acme called ``name``."""
    con = duckdb.connect()
    con.execute("create schema marts; create schema seeds; create schema analysis")
    _catalogue(con)
    _clients(con, name)
    for rhythm in ("week", "month"):
        _period(con, rhythm)
    _said(con)
    _pilots(con)
    return con


def text(draft: Draft | None, edition: Edition = "client") -> str:
    """Return the edition's words, without the escapes of Markdown."""
    assert draft is not None
    return markdown(framed(draft, edition)).decode().replace("\\", "")


def claim(  # noqa: PLR0913 - a row of the gate
    con: duckdb.DuckDBPyConnection,
    kind: str,
    engine: str,
    sentence: str,
    *,
    direction: str | None = None,
    is_supported: bool = True,
    client: str = "acme",
) -> None:
    """Let the gate say ``sentence`` of one engine in the week."""
    metric, week = f"{kind}_{engine}", WEEK.start
    row = [sentence, "engines", client, week, kind, "", sentence, is_supported, "m", 28, 0.01]
    tail = [None, None, 1.0, None, "engine", engine, metric]
    con.execute(f"insert into analysis.claims values ({', '.join('?' * 18)})", [*row, *tail])
    con.execute(
        f"insert into analysis.trends values ({', '.join('?' * 13)})",
        ["engines", client, "engine", engine, metric, week, direction, *[None] * 6],
    )


def _catalogue(con: duckdb.DuckDBPyConnection) -> None:
    engines = [(letter, f"The Engine{letter}", f"Does {letter}") for letter in LETTERS]
    table(con, "seeds.engines", "engine_id varchar, name varchar, purpose varchar", engines)
    columns = "system varchar, metric varchar, entity_type varchar, label varchar, unit varchar"
    metrics = [
        ("engines", "booking_rate", "engine", "Booking rate", "fraction", "higher", 1.0),
        ("engines", "wait_h", "engine", "Waiting time", "h", "lower", 3.0),
    ]
    table(con, "seeds.metrics", f"{columns}, direction varchar, weight double", metrics)
    assumed = [("engines", *row, "vendor", "a guide", date(2026, 1, 31)) for row in _ASSUMED]
    assumed += [("telemetry", "unset", "A call", "usd", *[None] * 3, *assumed[0][-3:])]
    numbers = "low double, base double, high double"
    table(
        con,
        "seeds.assumptions",
        f"system varchar, assumption_id varchar, label varchar, unit varchar, {numbers}, "
        "basis varchar, source varchar, source_date date",
        assumed,
    )


def _clients(con: duckdb.DuckDBPyConnection, name: str) -> None:
    clients = [("acme", name, date(2026, 4, 10)), ("birch", NAMES["birch"], None)]
    table(con, "marts.clients", "client_key varchar, name varchar, pilot_end_date date", clients)
    goals = [
        ("g1", "engines", "acme", "engine", "N", "booking_rate", 0.4, "exceeded", False, None),
        ("g2", "engines", "acme", "engine", "N", "wait_h", 1.0, "at_risk", True, date(2026, 3, 1)),
        ("g3", "engines", "birch", "engine", "N", "booking_rate", 0.4, None, False, None),
    ]
    table(
        con,
        "marts.goals",
        "goal_id varchar, system varchar, client_id varchar, entity_type varchar, "
        "entity_id varchar, metric varchar, target_value double, status varchar, "
        "is_overdue boolean, due_date date, start_date date",
        [(*goal, None) for goal in goals],
    )
    methods = [("acme", "Two SDRs", 310.0, date(2025, 12, 1), "invoices")]
    columns = "client_id varchar, method varchar, cost_per_meeting_usd double"
    columns += ", recorded_date date, source varchar"
    table(con, "marts.previous_methods", columns, methods)
    said = [("acme", "N", "It changed how we sell.", True, date(2026, 3, 20), MONTH.start)]
    table(
        con,
        "marts.client_statements",
        "client_id varchar, engine_id varchar, statement varchar, is_significant_impact boolean, "
        "recorded_date date, month_start date",
        said,
    )


def _period(con: duckdb.DuckDBPyConnection, rhythm: str) -> None:
    period = WEEK if rhythm == "week" else MONTH
    start, before, days = period.start, period.previous.start, period.n_days
    acme = (1000.0, 3000.0, 500.0, 40.0, 200.0, 25.0, 310.0, "measured", 12400.0, 1140.0, 11400.0)
    birch = (500.0, 600.0, 300.0, None, 20.0, None, 380.0, "vendor", None, None, None)
    both = (1500.0, 3600.0, 800.0, 40.0, 140.0, 37.5, 310.0, "mixed", 12400.0, 726.7, 10900.0)
    rest = (0.8, 9.0, 3, 0.998, 500, days, 1.0, "measured", 7)
    none = (None, None, 0, None, 0, days - 2, 0.7, "measured", 7)
    known = days, 1.0, 1.0
    rows = [
        ("acme", False, start, *acme, 260.0, 2.5, *rest, 1000.0, 40.0, 12400.0, *known),
        ("acme", False, before, *acme, 250.0, 2.4, *rest, 1000.0, 40.0, 12400.0, *known),
        ("birch", False, start, *birch, None, None, *none, 500.0, None, None, *known),
        (None, True, start, *both, 260.0, 2.5, *rest, 1500.0, 40.0, 12400.0, *known),
    ]
    table(con, f"marts.economics_{rhythm}ly", _ECONOMICS.format(r=rhythm), rows)
    figures, compared = list(_figures(start)), list(_compared(start))
    table(con, f"marts.metric_{rhythm}ly", _FIGURES.format(r=rhythm), figures)
    table(con, f"marts.benchmark_comparison_{rhythm}ly", _COMPARED.format(r=rhythm), compared)
    scores = [
        ("engines", "acme", "N", start, 131.7, "scored"),
        ("engines", "acme", "C", start, 64.2, "scored"),
        ("engines", "acme", "N", before, 120.0, "scored"),
        ("engines", "birch", "A", start, 99.0, "scored"),
        ("engines", "birch", "B", start, None, "insufficient_coverage"),
    ]
    table(con, f"marts.scores_{rhythm}ly", _SCORES.format(r=rhythm), scores)


def _figures(start: date) -> Iterable[Sequence[object]]:
    seen = datetime(2026, 3, 28, 20, 5)  # noqa: DTZ001 - the warehouse holds UTC without a zone
    for client, engine, metric, value in (
        ("acme", "N", "booking_rate", 0.44),
        ("acme", "N", "wait_h", 3.0),
        ("acme", "C", "booking_rate", 0.2),
        ("birch", "A", "booking_rate", 0.3),
    ):
        yield (
            "engines",
            client,
            "engine",
            engine,
            metric,
            start,
            value,
            70,
            1.0,
            "measured",
            7,
            seen,
        )


def _compared(start: date) -> Iterable[Sequence[object]]:
    # 0.44 / 0.4 = 1.1; 3 h against 6 h is half, and against 4 h a quarter less.
    yield "engines", "acme", "N", "booking_rate", start, 0.4, 0.22, 0.1
    yield "engines", "acme", "N", "wait_h", start, 6.0, 4.0, 0.5


def _said(con: duckdb.DuckDBPyConnection) -> None:
    table(con, "analysis.claims", _CLAIMS)
    table(con, "analysis.trends", _TRENDS)
    refused = ("acme", "operational_cost_usd", MONTH.next_start, *[None] * 7, 3, "not_enough_data")
    coming = ("acme", "meetings_booked", MONTH.next_start, 45, 41, 49, 38, 52, "theta", 0.8, 120)
    table(con, "analysis.forecasts", _FORECASTS, [(*coming, None), refused])
    attention = [
        (
            "acme",
            "C",
            WEEK.start,
            "low_score",
            "performance_score",
            "Engine C (The EngineC): Performance score 64.2, below 70",
        ),
        (
            "acme",
            "C",
            WEEK.start,
            "below_benchmark",
            "booking_rate",
            "Engine C (The EngineC): Booking rate 20.0 %, 50 % worse than the benchmark of 40.0 %",
        ),
    ]
    columns = "client_id varchar, engine_id varchar, week_start date, reason varchar"
    table(
        con,
        "marts.engines_needing_attention",
        f"{columns}, metric varchar, sentence varchar",
        attention,
    )
    gaps = [
        ("birch", "A", WEEK.start, 5),
        ("acme", "N", WEEK.start, 7),
        ("acme", "F", LAST_WEEK, 7),
    ]
    columns = "client_id varchar, engine_id varchar, week_start date, days_with_data bigint"
    table(con, "marts.engine_economics_weekly", columns, gaps)
    unknown = "unknown_metric"
    unmatched = [
        ("birch", "E", "observation", "send_time_luck", unknown, 9, WEEK.start, WEEK.end),
        ("birch", "E", "observation", "old_luck", unknown, 9, LAST_WEEK, LAST_WEEK),
        ("birch", "E", "goal", "luck", unknown, 1, LAST_WEEK, LAST_WEEK),
        ("", "", "benchmark", "fortune", unknown, 1, LAST_WEEK, LAST_WEEK),
    ]
    table(
        con,
        "marts.unmatched_engine_metrics",
        "client_id varchar, engine_id varchar, origin varchar, metric_name varchar, "
        "reason varchar, n bigint, first_observed_at timestamp, last_observed_at timestamp",
        unmatched,
    )
    checked = [("shop", 1.0, 0.985, 25, True), ("site", 0.99, 0.99, 25, False)]
    columns = (
        "slug varchar, published double, recomputed double, longest_hold_hours double, "
        "is_mismatch boolean"
    )
    table(con, "marts.published_uptime_check", columns, checked)
    advised = [
        (
            f"r-{client}",
            "engines",
            client,
            WEEK.start,
            "quality",
            "HIGH",
            f"Help {client}",
            "Why",
            ["Do this"],
            None,
            None,
            7,
            25.0,
            1.5,
            50.0,
            14.0,
            0.5,
            "high",
            1,
        )
        for client in NAMES
    ]
    table(con, "marts.recommendations", _RECOMMENDATIONS, advised)


def _pilots(con: duckdb.DuckDBPyConnection) -> None:
    window = date(2026, 1, 10), date(2026, 3, 31)
    criteria = [
        (
            "acme",
            "roi_vs_traditional",
            None,
            "ROI",
            "%",
            300,
            1140,
            30,
            "met",
            "ROI: 1140 %, needed more than 300 %",
            *window,
        ),
        (
            "acme",
            "satisfaction",
            None,
            "Satisfaction",
            "score",
            8,
            7,
            9,
            "not_met",
            "Satisfaction: 7.0, needed more than 8",
            *window,
        ),
        (
            "acme",
            "engine_score",
            "C",
            "Score",
            "score",
            70,
            64.2,
            31,
            "not_met",
            "Score, engine C: 64.2, needed at least 70",
            *window,
        ),
        (
            "birch",
            "reliability",
            None,
            "Reliability",
            "fraction",
            0.99,
            None,
            0,
            "not_enough_data",
            "Reliability: no data",
            date(2026, 3, 20),
            date(2026, 4, 3),
        ),
    ]
    table(con, "marts.pilot_criteria", _VERDICT.format(rule="criterion_id"), criteria)
    asked = [
        (
            "acme",
            "days_of_data",
            None,
            "Days of data",
            "count",
            30,
            81,
            81,
            "met",
            "Days of data: 81, needed at least 30",
            *window,
        ),
    ]
    table(con, "marts.pilot_requirements", _VERDICT.format(rule="requirement_id"), asked)
    points = [
        (
            "acme",
            MONTH.start,
            "engine_excellence",
            "N",
            "Score of the month",
            "score",
            131.7,
            31,
            True,
            "Score of the month (N) exceeds the line of the proof point: 131.7 (t interval, n 31).",
        ),
        (
            "acme",
            MONTH.start,
            "roi_excellence",
            None,
            "ROI",
            "%",
            1140,
            31,
            False,
            "No evidence on ROI: 1140 (t interval, n 31).",
        ),
        (
            "birch",
            MONTH.start,
            "roi_excellence",
            None,
            "ROI",
            "%",
            410,
            9,
            False,
            "Not enough data on ROI: 410 (t interval, n 9).",
        ),
    ]
    table(con, "analysis.proof_points", _POINTS, points)
