"""Eight weeks of one small system, as the marts would hold them."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import duckdb

from tracking_pipeline.analysis.tables import write_tables
from tracking_pipeline.reports.archive import ArchivedReport, archived_reports
from tracking_pipeline.reports.assemble import assemble_weekly
from tracking_pipeline.reports.kinds import Owed, write_report
from tracking_pipeline.reports.model import ReportModel
from tracking_pipeline.reports.period import Period
from tracking_pipeline.settings import Settings
from tracking_pipeline_tests.analysis.inputs import create_inputs

WEEK = date(2025, 7, 27)
AS_OF = datetime(2025, 8, 3, 9, 0, tzinfo=UTC)
SYSTEM = "production_logs"
HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "=cmd|' /C calc'!A0",
    "[x](javascript:alert(1))",
    '#panic("typst") $x$ @ref',
    "\x1b[31mred\x1b[0m\u202etxt",
    "名前 Ελένη Дмитрий عمر",
    "| a | b |\n# heading\n- item",
)

_TABLES = """
create schema marts; create schema seeds; create schema analysis;
create table seeds.systems (
    system varchar, label varchar, source varchar, timezone varchar, description varchar);
create table seeds.entity_types as
    select 'person' as entity_type, 'Person' as label, true as is_personal;
create table seeds.metrics (
    system varchar, metric varchar, entity_type varchar, label varchar, unit varchar,
    direction varchar, additivity varchar, measure varchar, aggregation varchar,
    lower_bound double, upper_bound double, minimum_sample bigint, weight double,
    practical_threshold double, expected_days varchar, description varchar,
    sampling varchar default 'record');
create table marts.metric_weekly (
    system varchar, client_id varchar, entity_type varchar, entity_id varchar, metric varchar,
    week_start date, value double, n bigint, numerator double, denominator double, sum double,
    sum_of_squares double, coverage double, provenance varchar, last_batch_id bigint,
    days_with_data bigint, first_observed_at timestamp, last_observed_at timestamp);
create table marts.metric_daily (
    system varchar, client_id varchar, entity_type varchar, entity_id varchar, metric varchar,
    metric_date date, value double, n bigint, numerator double, denominator double, sum double,
    sum_of_squares double, coverage double, provenance varchar, last_batch_id bigint);
create table marts.health (
    system varchar, client_id varchar, week_start date, component varchar, metric varchar,
    value double, level double, status varchar);
create table marts.alert_candidates (
    alert_id varchar, system varchar, client_id varchar, entity_type varchar, entity_id varchar,
    metric varchar, week_start date, severity varchar, value double, threshold double, n bigint,
    rule_id varchar, message varchar);
create table marts.recommendations (
    recommendation_id varchar, system varchar, client_id varchar, week_start date, rule_id varchar,
    category varchar, priority varchar, title varchar, description varchar, action_items varchar[],
    metric varchar, value double, n bigint, expected_improvement double, roi_multiplier double,
    roi_pct double, effort_hours double, confidence double, difficulty varchar,
    ordering_score double, rank bigint);
create table marts.data_quality_weekly (
    system varchar, client_id varchar, source varchar, week_start date, n_files bigint,
    n_records bigint, n_accepted bigint, n_duplicate bigint, n_quarantined bigint, n_blank bigint,
    n_pending bigint, n_late bigint, coverage double, n_findings bigint,
    last_received_at timestamp);
"""

# week_over_week as its model computes it: each week beside the one before.
_WEEK_OVER_WEEK = """
create or replace table marts.week_over_week as
select
    w.system, w.client_id, w.entity_type, w.entity_id, w.metric, w.week_start,
    w.value, p.value as previous_value,
    100 * (w.value - p.value) / nullif(p.value, 0) as change_pct,
    w.n, p.n as previous_n, w.numerator, p.numerator as previous_numerator, w.sum,
    p.sum as previous_sum, w.sum_of_squares, p.sum_of_squares as previous_sum_of_squares
from marts.metric_weekly as w
inner join marts.metric_weekly as p
    on p.week_start = w.week_start - 7
    and (p.system, p.client_id, p.entity_type, p.entity_id, p.metric)
    = (w.system, w.client_id, w.entity_type, w.entity_id, w.metric)
"""

_METRICS = [
    ("approval_rate", "log_type", "Approval rate", "fraction", "higher", "rate", 30, 2),
    ("average_quality_score", "log_type", "Average quality", "score", "higher", "mean", 30, 2),
    ("success_rate", "log_type", "Success rate", "fraction", "higher", "rate", 30, 2),
    ("average_processing_time", "log_type", "Processing time", "s", "lower", "mean", 30, 1),
    ("p95_processing_time", "log_type", "Processing time, p95", "s", "lower", "quantile", 30, 1),
    ("total_messages", "log_type", "Messages generated", "count", "neutral", "count", 1, 0),
    ("total_enrichments", "log_type", "Leads enriched", "count", "neutral", "count", 1, 0),
    ("approval_rate", "template", "Approval rate", "fraction", "higher", "rate", 20, 1),
    ("success_rate", "method", "Success rate", "fraction", "higher", "rate", 20, 1),
]

# (entity type, entity, metric): (n, value) of the last weeks, the reported one last.
_HISTORY: dict[tuple[str, str, str], list[tuple[int, float] | None]] = {
    ("log_type", "campaign_generation", "approval_rate"): [
        *((200, share) for share in (0.50, 0.52, 0.49, 0.53)),
        None,
        (210, 0.50),
        (200, 0.51),
        (220, 0.65),
    ],
    ("log_type", "campaign_generation", "average_quality_score"): [
        (200, mean) for mean in (71.0, 72.5, 70.8, 73.1, 72.0, 72.4, 71.9, 72.6)
    ],
    ("log_type", "campaign_generation", "total_messages"): [(200, 200.0)] * 7 + [(220, 220.0)],
    ("log_type", "enrichment_decision", "success_rate"): [
        (300, share) for share in (0.61, 0.60, 0.62, 0.58, 0.55, 0.52, 0.50, 0.38)
    ],
    ("log_type", "enrichment_decision", "average_processing_time"): [
        (300, mean) for mean in (12.1, 12.4, 11.9, 12.2, 12.8, 13.0, 12.6, 12.7)
    ],
    ("log_type", "enrichment_decision", "p95_processing_time"): [
        (300, mean) for mean in (31.0, 30.5, 29.8, 33.2, 34.0, 36.1, 35.5, 35.9)
    ],
    ("log_type", "enrichment_decision", "total_enrichments"): [(300, 300.0)] * 8,
    ("log_type", "website_analysis", "success_rate"): [(90, 0.8)] * 7 + [None],
    ("template", "problem_solving", "approval_rate"): [(80, 0.55), (90, 0.72)],
    ("template", "social_proof", "approval_rate"): [(70, 0.50), (75, 0.61)],
    ("template", "industry_insight", "approval_rate"): [(40, 0.47), (43, 0.58)],
    ("template", "fallback", "approval_rate"): [(10, 0.2), (12, 0.25)],
    ("method", "pattern_generation", "success_rate"): [(180, 0.48), (190, 0.36)],
    ("method", "website_scraping", "success_rate"): [(90, 0.55), (85, 0.42)],
    ("method", "google_search", "success_rate"): [(30, 0.5), (25, 0.44)],
}


def warehouse(texts: tuple[str, ...] = ()) -> duckdb.DuckDBPyConnection:
    """Return the scenario in memory; ``texts`` become entities, titles and messages."""
    con = duckdb.connect()
    con.execute(f"attach '{_made(texts)}' as made (read_only)")
    con.execute("copy from database made to memory")
    con.execute("detach made")
    return con


@cache
def _made(texts: tuple[str, ...]) -> Path:
    """Return a file of the scenario, made once a process: the analysis in it takes its time."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    with duckdb.connect(folder / "made.duckdb") as con:
        _fill(con, texts)
    return folder / "made.duckdb"


def _fill(con: duckdb.DuckDBPyConnection, texts: tuple[str, ...]) -> None:
    con.execute(_TABLES)
    con.execute(
        "insert into seeds.systems values ('production_logs', 'Production logs', '', 'UTC', '')"
    )
    for metric, kind, label, unit, better, aggregation, minimum, weight in _METRICS:
        con.execute(
            "insert into seeds.metrics values "
            "(?, ?, ?, ?, ?, ?, '', '', ?, 0, null, ?, ?, 5, 'calendar', ?, 'record')",
            [
                SYSTEM,
                metric,
                kind,
                label,
                unit,
                better,
                aggregation,
                minimum,
                weight,
                f"{label} over the records of the period.",
            ],
        )
    con.executemany(
        f"insert into marts.metric_weekly values ({', '.join('?' * 18)})", list(_weekly())
    )
    con.executemany(
        f"insert into marts.metric_daily values ({', '.join('?' * 15)})", list(_daily())
    )
    _judge(con)
    for number, text in enumerate(texts):
        _insert_text(con, number, text)
    create_inputs(con)
    refresh(con)


def model(con: duckdb.DuckDBPyConnection) -> ReportModel:
    """Assemble the week of the scenario."""
    return assemble_weekly(
        con, system=SYSTEM, period=Period(WEEK, "UTC"), as_of=AS_OF, data_version="batch 7"
    )


def write(
    settings: Settings,
    con: duckdb.DuckDBPyConnection,
    week: date = WEEK,
    as_of: datetime = AS_OF,
) -> ArchivedReport:
    """Write the report of a week, which always has something to tell."""
    report = write_report(settings, con, Owed("weekly", SYSTEM, week), as_of)
    assert report
    return report


def first_report(settings: Settings) -> ArchivedReport:
    """Lay the report of the week into a new home: it is rendered once a process."""
    shutil.copytree(_first_reports(), settings.reports_dir)
    (report,) = archived_reports(settings)
    return report


@cache
def _first_reports() -> Path:
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    settings = Settings(home=folder)
    write(settings, warehouse())
    return settings.reports_dir


def refresh(con: duckdb.DuckDBPyConnection) -> None:
    """Compute what follows from metric_weekly anew."""
    con.execute("drop schema if exists analysis cascade")
    con.execute(_WEEK_OVER_WEEK)
    write_tables(con)


def add_late_records(con: duckdb.DuckDBPyConnection) -> None:
    """A late file raises the approvals of the reported week from 143 of 220 to 150 of 230."""
    con.execute(
        "update marts.metric_weekly set n = 230, numerator = 150, denominator = 230, sum = 150, "
        "value = 150 / 230, last_batch_id = 9 "
        "where metric = 'approval_rate' and entity_id = 'campaign_generation' and week_start = ?",
        [WEEK],
    )
    con.execute(
        "update marts.data_quality_weekly set n_late = 10, n_records = n_records + 10, "
        "n_accepted = n_accepted + 10"
    )
    refresh(con)


def _weekly() -> Iterator[list[object]]:
    for (kind, entity, metric), history in _HISTORY.items():
        for age, cell in enumerate(reversed(history)):
            if cell is not None:
                day = WEEK - timedelta(days=7 * age)
                yield [
                    SYSTEM,
                    "default",
                    kind,
                    entity,
                    metric,
                    day,
                    *_sums(metric, *cell),
                    1.0,
                    "measured",
                    7,
                    7,
                    None,
                    None,
                ]


def _daily() -> Iterator[list[object]]:
    for (kind, entity, metric), history in _HISTORY.items():
        n, value = history[-1] or (0, 0.0)
        for offset in range(7 if n else 0):
            if offset != 3:
                wave = value * (1 + 0.03 * ((offset * 5) % 7 - 3))
                yield [
                    SYSTEM,
                    "default",
                    kind,
                    entity,
                    metric,
                    WEEK + timedelta(days=offset),
                    *_sums(metric, max(n // 7, 1), wave),
                    1.0,
                    "measured",
                    7,
                ]


def _sums(metric: str, n: int, value: float) -> list[object]:
    """Value, n, numerator, denominator, sum, sum of squares (a mean with a deviation of 20 %)."""
    if metric.endswith("_rate"):
        hits = round(n * value)
        return [hits / n, n, hits, n, hits, hits]
    spread = (n - 1) * (0.2 * value) ** 2
    return [value, n, n * value, n, n * value, n * value**2 + spread]


def _judge(con: duckdb.DuckDBPyConnection) -> None:
    con.executemany(
        "insert into marts.health values ('production_logs', 'default', ?, ?, ?, ?, ?, ?)",
        [
            [WEEK, "overall", None, None, 2.5, "good"],
            [WEEK, "message_generation", "approval_rate", 0.65, 3, "good"],
            [WEEK, "lead_enrichment", "success_rate", 0.38, 2, "needs_attention"],
            [WEEK, "website_analysis", "success_rate", None, None, "no_data"],
        ],
    )
    con.execute(
        "insert into marts.alert_candidates values ('a1', 'production_logs', 'default', "
        "'log_type', "
        "'enrichment_decision', 'success_rate', ?, 'warning', .38, .5, 300, 'enrichment_warning', "
        "'Success rate is below the warning threshold')",
        [WEEK],
    )
    advice = [
        (
            "r1",
            "enrichment",
            "HIGH",
            "Raise the enrichment success rate",
            "The success rate is under its target; failed look-ups cost the most leads.",
            ["Review the failing look-ups by method", "Add a second source for e-mail patterns"],
            "success_rate",
            0.38,
            300,
            25,
            3.0,
            200,
            21,
            0.75,
            "medium",
            1,
        ),
        (
            "r2",
            "message_generation",
            "MEDIUM",
            "Spread the messages over more angles",
            "One angle carries most messages.",
            ["Rotate the angles", "Test two new angles"],
            None,
            None,
            None,
            10,
            1.3,
            30,
            9,
            0.7,
            "low",
            2,
        ),
    ]
    con.executemany(
        "insert into marts.recommendations values (?, 'production_logs', 'default', '2025-07-27', "
        "'rule', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 100, ?)",
        [list(row) for row in advice],
    )
    con.execute(
        "insert into marts.data_quality_weekly values "
        "('production_logs', 'default', 'engine_logs', ?, 64, 640, 610, 24, 4, 2, 0, 0, 1.0, 1, "
        "'2025-08-03 06:00')",
        [WEEK],
    )


def _insert_text(con: duckdb.DuckDBPyConnection, number: int, text: str) -> None:
    con.execute(
        "insert into marts.metric_weekly select system, client_id, entity_type, $1, metric, "
        "week_start, value, n, numerator, denominator, sum, sum_of_squares, coverage, provenance, "
        "last_batch_id, days_with_data, first_observed_at, last_observed_at "
        "from marts.metric_weekly where entity_id = 'problem_solving'",
        [text],
    )
    con.execute(
        "insert into marts.alert_candidates values ($1, 'production_logs', 'default', "
        "'log_type', $2, "
        "'success_rate', $3, 'warning', .3, .5, 30, 'rule', $2)",
        [f"h{number}", text, WEEK],
    )
    con.execute(
        "insert into marts.recommendations values ($1, 'production_logs', 'default', $3, "
        "'rule', $2, "
        "'HIGH', $2, $2, [$2], null, null, null, 1, 1, 1, 1, .5, $2, 50, $4)",
        [f"h{number}", text, WEEK, number + 3],
    )
    con.execute(
        "insert into marts.data_quality_weekly values "
        "('production_logs', 'default', $1, $2, 1, 1, 1, 0, 0, 0, 0, 0, 1.0, 0, null)",
        [text, WEEK],
    )
