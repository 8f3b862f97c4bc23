"""John's October 2025 and a colleague's, as the marts would hold them.

John's sums are those of the CORTEX export of 12 November 2025 (494,373 tokens, 1,675 minutes, 147
commits); over the 31 dates of October they give by hand: cost 494.373 x 0.03 = 14.83119, hours
1675 / 60 = 27.91667, value 14.83119 + 2,791.66667 = 2,806.49786, cost of CORTEX 31 / 30 x 50 =
51.66667, return 54.31931; commits a day 147 / 31 = 4.74194, (4.74194 - 2) / 2 = 137.09677 %;
quality 81.5 x 0.4 + min(25 x 30 / 31, 20) x 2 + min(21 x 30 / 31, 10) x 2 = 92.6.
"""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from tracking_pipeline.reports.draft import Draft
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.telemetry import business_value
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.people import Person, remember
from tracking_pipeline.state.store import open_store

JOHN = "3f2a9c0d1e4b5a69788796a5b4c3d2e1"
EMILY = "aa11bb22cc33dd44ee55ff6600778899"
TEAM = "core"
OCTOBER = Period(date(2025, 10, 1), "UTC", "month")
QUARTER = Period(date(2025, 10, 1), "UTC", "quarter")
AS_OF = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
HOSTILE = (
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "two\nlines",
    "rocket \U0001f680",
    "x" * 10_000,
)
_IDENTITY = ("client_id", "engineer_hash", "exported_at", "period_days")
_USED = "engineer_capability"
Row = dict[str, Any]

_WINDOW = {"window_kind": "month", "start_date": OCTOBER.start, "end_date": OCTOBER.end}
_VALUE: Row = {
    **_WINDOW,
    "client_id": TEAM,
    "engineer_hash": JOHN,
    "platform": "Windows",
    "n_days": 31,
    "dates_covered": 23,
    "coverage": 23 / 31,
    "executions": 194,
    "successes": 180,
    "success_rate": 180 / 194,
    "mean_latency_ms": 1326.4,
    "tokens_saved": 494_373,
    "api_calls_avoided": 1170,
    "api_calls_value_usd": None,
    "minutes_saved": 1675,
    "hours_saved": 27.9166666667,
    "cost_saved_usd": 14.83119,
    "daily_average_usd": 0.478425483871,
    "monthly_projection_usd": 14.3527645161,
    "annual_projection_usd": 174.625301613,
    "commits": 147,
    "prs_created": 29,
    "prs_merged": 12,
    "lines_added": 8436,
    "lines_deleted": 3494,
    "avg_test_coverage": 81.5,
    "previous_test_coverage": 79.1,
    "coverage_improvement": 2.4,
    "bugs_fixed": 25,
    "code_reviews": 21,
    "commits_per_day": 4.74193548387,
    "productivity_gain_percent": 137.096774194,
    "quality_score": 92.6,
    "memory_hits": 573,
    "memory_misses": 70,
    "memory_hit_rate": 0.891135303266,
    "context_injections": 627,
    "avg_context_tokens": 1833.4,
    "suggestions_accepted": 817,
    "suggestions_rejected": 146,
    "acceptance_rate": 0.848390446521,
    "assistant_cost_usd": 51.6666666667,
    "productivity_value_usd": 2791.66666667,
    "total_value_usd": 2806.49785667,
    "roi_multiplier": 54.3193133548,
    "recommendation": "excellent",
    "provenance": "measured",
    "last_batch_id": 7,
}
# Name, executions, successes; mean, p50, p95, p99, min and max; mean and sd of each half; errors.
_USES: tuple[tuple[Any, ...], ...] = (
    ("code_review", 29, 27, 2187.3, 2180.5, 3067, 3156, 1330, 3188, (2150, 480), (2223, 510),
     (("context_overflow", 1), ("timeout", 1))),
    ("conversation_memory", 73, 72, 268.2, 245, 499, 565, 120, 580, (268, 35), (269, 36),
     (("context_overflow", 1),)),
    ("doc_generation", 18, 14, 3063, 3006, 5081, 5097, 1576, 5101, (2300, 400), (3826, 700),
     (("context_overflow", 3), ("timeout", 1))),
    ("pattern_matching", 44, 43, 717, 666, 1090, 1276, 319, 1370, (880, 150), (554, 130),
     (("context_overflow", 1),)),
    ("test_generation", 9, 8, 2919, 2760, 4908, 5505, 1729, 5681, (2900, 900), (2930, 950),
     (("parse_error", 1),)),
)  # fmt: skip
_ASSUMED = (
    ("token_price_per_1000_usd", "Price of 1,000 tokens", "usd", 0.0025, 0.03, 0.06),
    ("engineer_hourly_rate_usd", "Cost of an hour of an engineer", "usd", 75, 100, 125),
    ("time_efficiency", "Share of the saved time that becomes work", "ratio", 0.18, 1, 1),
    ("assistant_monthly_cost_usd", "Cost of the assistant, 30 days", "usd", 50, 50, 50),
    ("baseline_commits_per_day", "Commits a day without the assistant", "per_day", 1, 2, 3),
    ("api_call_price_usd", "Price of an API call avoided", "usd", None, None, None),
)
_EXPORT: Row = {
    "client_id": TEAM,
    "engineer_hash": JOHN,
    "exported_at": datetime(2025, 10, 31, 14, 30),  # noqa: DTZ001 - naive, as written
    "period_days": 30,
    "dates_covered": 31,
    "first_date": date(2025, 10, 1),
    "last_date": date(2025, 10, 31),
    "is_counted": True,
    "total_executions": 194,
    "cost_saved_usd": 847.5,
    "time_saved_hours": 27.9,
    "tokens_saved": 494_373,
    "api_calls_avoided": 1170,
    "annual_projection_usd": 10_170.0,
    "commits": 147,
    "commits_per_day": 4.9,
    "prs_merged": 12,
    "avg_test_coverage": 81.5,
    "bugs_fixed": 25,
    "memory_hit_rate": 0.891,
    "acceptance_rate": 0.848,
    "quality_score": 92.6,
    "total_value_usd": 2806.5,
    "roi_multiplier": 56.1,
}


def warehouse(
    capabilities: Iterable[str] = (), value: Row | None = None
) -> duckdb.DuckDBPyConnection:
    """Return the scenario in memory; ``capabilities`` are also used, John's month has ``value``."""
    con = duckdb.connect()
    con.execute("create schema marts; create schema seeds")
    john = {**_VALUE, **(value or {})}
    emily = {**_VALUE, "engineer_hash": EMILY, "platform": "Darwin", "commits": 20}
    _table(con, "marts.engineer_value", [john, _september(), _quarterly(john), emily])
    uses = [_use(*use) for use in _USES]
    uses += [_use(name, *_USES[0][1:-1], ((name, 1),)) for name in capabilities]
    _table(con, "marts.engineer_capability_value", uses)
    _daily(con)
    profile = ("John", JOHN, "9f" * 16, "Windows", "Intel Core i7-11800H", 32, "3.11.7", "2.0.5")
    names = ("engineer_name", "engineer_email", "machine_hostname", "machine_platform", "cpu_info")
    names += ("ram_gb", "python_version", "cortex_version")
    tail = {"id": "p", "installation_date": AS_OF, "client_id": TEAM, "last_batch_id": 7}
    _table(con, "marts.engineer_profile", [{**dict(zip(names, profile, strict=True)), **tail}])
    _assumptions(con)
    _exports(con)
    for mart, like in (("team", "engineer"), ("platform", "engineer"), ("capability", _USED)):
        con.execute(f"create table marts.{mart}_value as from marts.{like}_value limit 0")
    return con


def settings(home: Path, *people: Person) -> Settings:
    """Return a home whose state store knows ``people``."""
    made = Settings(home=home)
    with open_store(made) as store:
        remember(store, people, AS_OF)
    return made


def john(name: str | None = "John Smith") -> Person:
    """Return who John is."""
    return Person(JOHN, "john.smith@company.example", name)


def told(
    home: Settings, con: duckdb.DuckDBPyConnection, period: Period = OCTOBER, who: str = JOHN
) -> Draft:
    """Return the draft of an engineer's report."""
    made = business_value.draft(home, con, who, period, AS_OF)
    assert made is not None
    return made


def _september() -> Row:
    window = {"start_date": date(2025, 9, 1), "end_date": date(2025, 9, 30)}
    figures = {"n_days": 30, "dates_covered": 22, "commits": 120, "commits_per_day": 4.0}
    return {**_VALUE, **window, **figures, "cost_saved_usd": 12.0, "memory_hit_rate": 0.87}


def _quarterly(month: Row) -> Row:
    window = {"window_kind": "quarter", "end_date": QUARTER.end, "n_days": 92}
    return {**month, **window, "commits_per_day": 147 / 92}


def _use(
    name: str,
    executions: int,
    successes: int,
    *figures: Any,  # noqa: ANN401 - the numbers of a row
) -> Row:
    latencies, first, second, errors = figures[:6], figures[6], figures[7], figures[8]
    names = ("avg_ms", "p50_ms", "p95_ms", "p99_ms", "min_ms", "max_ms")
    named = dict(zip(names, latencies, strict=True))
    half = executions // 2
    return {
        **_WINDOW,
        "client_id": TEAM,
        "engineer_hash": JOHN,
        "capability": name,
        "executions": executions,
        "successes": successes,
        "success_rate": successes / executions,
        **{key: float(value) for key, value in named.items()},
        "tokens_saved": 32_867,
        "avg_context_tokens": 1968.4,
        "errors": json.dumps([{"type": kind, "count": n} for kind, n in errors]),
        "first_half_n": half,
        "first_half_mean_ms": float(first[0]),
        "first_half_days": min(half, 15),
        "first_half_day_mean_ms": float(first[0]),
        "first_half_day_sd_ms": float(first[1]),
        "second_half_n": executions - half,
        "second_half_mean_ms": float(second[0]),
        "second_half_days": min(executions - half, 15),
        "second_half_day_mean_ms": float(second[0]),
        "second_half_day_sd_ms": float(second[1]),
        "change": second[0] / first[0] - 1,
        "last_batch_id": 7,
    }


def _daily(con: duckdb.DuckDBPyConnection) -> None:
    days = [OCTOBER.start + timedelta(days=n) for n in range(31)]
    worked = [day for day in days if day.weekday() < 5]
    commits = [5, 7, 6, 8, 6]
    of = {"client_id": TEAM}
    _table(
        con,
        "marts.engineer_days",
        [
            {**of, "engineer_hash": JOHN, "metric_date": day, "tokens_saved": 20_000,
             "commits": commits[place % 5] + place % 3}
            for place, day in enumerate(worked)
        ],
    )  # fmt: skip
    _table(
        con,
        "marts.cost_savings",
        [
            {**of, "engineer_email": JOHN, "metric_date": day,
             "estimated_cost_saved_usd": 0.5 + 0.05 * (place % 6)}
            for place, day in enumerate(worked)
        ],
    )  # fmt: skip


def _assumptions(con: duckdb.DuckDBPyConnection) -> None:
    names = ("assumption_id", "label", "unit", "low", "base", "high")
    tail = {"basis": "assumed", "source": "CORTEX telemetry system", "source_date": AS_OF.date()}
    rows = [dict(zip(names, row, strict=True)) for row in _ASSUMED]
    _table(con, "seeds.assumptions", [{"system": "telemetry", **row, **tail} for row in rows])


def _exports(con: duckdb.DuckDBPyConnection) -> None:
    of = {key: _EXPORT[key] for key in _IDENTITY}
    _table(con, "marts.counted_exports", [_EXPORT])
    claim = {"exported": 847.5, "recomputed": 14.83119, "difference": 56.1, "is_mismatch": True}
    checks = [
        {"origin": "individual", **of, "figure": "cost_saved_usd", **claim},
        {"origin": "individual", **of, "figure": "commits_per_day", **claim, "is_mismatch": False},
    ]
    _table(con, "marts.value_export_checks", checks)


def _table(con: duckdb.DuckDBPyConnection, name: str, rows: list[Row]) -> None:
    frame = pl.DataFrame(rows, infer_schema_length=None)
    con.register("given", frame.to_arrow())
    con.execute(f"create table {name} as from given")
    con.unregister("given")
