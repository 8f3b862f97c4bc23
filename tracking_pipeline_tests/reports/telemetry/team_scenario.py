"""A team's October 2025, day by day, and its value by the SQL that the warehouse is built with.

Engineer k of n saves 10,000 x k tokens a date, 1,000 x (-3 … 3) more by turns of seven dates, and
60 minutes; in 31 dates the turns of engineer k sum to 1,000 x `turns(k)`. They make k commits a
date, and of 10 memory look-ups 2 + k are hits, at most 10. Engineers 1 to 4 work on Windows, 5 to 7
on macOS, 8 on Linux; each runs every capability ten times, `doc_generation` only engineer 1 does.
Windows takes 1.5 times as long as the others; of `test_generation` 7 of 10 runs succeed.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from tracking_pipeline.analysis.value import values
from tracking_pipeline.pipeline.building import SQL_PROJECT, sql_project
from tracking_pipeline.reports.draft import Draft
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.telemetry import team_value
from tracking_pipeline.reports.telemetry.team import TeamReport, team_report
from tracking_pipeline.reports.telemetry.value import window
from tracking_pipeline.settings import Settings
from tracking_pipeline.transform.render import render

OCTOBER: Final = Period(date(2025, 10, 1), "UTC", "month")
QUARTER: Final = Period(date(2025, 10, 1), "UTC", "quarter")
AS_OF: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TEAM: Final = "core"
DURATIONS: Final = {
    "conversation_memory": 200.0,
    "test_generation": 2000.0,
    "doc_generation": 3000.0,
}
_SEPTEMBER: Final = date(2025, 9, 1)

Tokens = Callable[[int, int], float | None]
Row = dict[str, Any]


def engineer(k: int) -> str:
    """Return the hash of engineer k: 32 times its hexadecimal digit."""
    return f"{k:x}" * 32


def turns(k: int, dates: Iterable[int] = range(31)) -> int:
    """Return the sum of engineer k's turns over the dates."""
    return sum((3 * day + 5 * k) % 7 - 3 for day in dates)


def tokens(k: int, day: int) -> float:
    """Return what engineer k saves on a date."""
    return 10_000 * k + 1000 * turns(k, [day])


def warehouse(
    n: int = 8,
    saved: Tokens = tokens,
    *,
    slow: float = 1.5,
    capability: str = "test_generation",
    n_savers: int | None = None,
) -> duckdb.DuckDBPyConnection:
    """Return the team of ``n`` in memory, ``capability`` in place of test generation's name.

    Only the first ``n_savers`` have rows of savings, all of them unless it is given.
    """
    con = duckdb.connect()
    con.execute("create schema marts; create schema seeds")
    for name, made in _tables(n, saved, slow, capability, n_savers or n).items():
        con.register("made", made)
        con.execute(f"create table {name} as from made")
    exports(con)
    mismatches(con)
    return con


@cache
def _tables(
    n: int, saved: Tokens, slow: float, capability: str, n_savers: int
) -> dict[str, pl.DataFrame]:
    """Return every table of the team by name."""
    con = duckdb.connect()
    con.execute("create schema marts; create schema seeds")
    for seed in ("assumptions", "metrics"):
        con.execute(f"create table seeds.{seed} as from read_csv('{SQL_PROJECT}/seeds/{seed}.csv')")
    _daily(con, n, saved, n_savers)
    runs = [row for k in range(1, n + 1) for row in _runs(k, slow, capability)]
    _table(con, "performance_metrics", runs)
    _table(con, "engineer_profile", [_profile(k) for k in range(1, n + 1)])
    _values(con)
    names = con.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
    return {name: con.execute(f"from {name}").pl() for (name,) in names}


def settings(home: Path, **chosen: object) -> Settings:
    """Return a home's settings, with these chosen otherwise."""
    return Settings(home=home, **chosen)  # type: ignore[arg-type]


def report(home: Settings, con: duckdb.DuckDBPyConnection) -> TeamReport:
    """Return what October's report of the team tells."""
    dates = OCTOBER.start, OCTOBER.end
    now, before = (window(con, "month", each.start, TEAM) for each in (OCTOBER, OCTOBER.previous))
    return team_report(home, con, now, dates, before)


def drafted(
    home: Settings, con: duckdb.DuckDBPyConnection, period: Period = OCTOBER
) -> Draft | None:
    """Return the draft of the team's report."""
    return team_value.draft(home, con, TEAM, period, AS_OF)


def exports(con: duckdb.DuckDBPyConnection, *differing: Row) -> None:
    """Let these counted exports, each unlike the usual one as given, be all that there are."""
    _given(con, "counted_exports", _EXPORT, differing)
    uses = [{"engineer_hash": each.get("engineer_hash", engineer(1))} for each in differing]
    _given(con, "counted_export_capabilities", _USE, uses)


def mismatches(con: duckdb.DuckDBPyConnection, *differing: Row) -> None:
    """Let these totals not be what their parts give, and no others."""
    _given(con, "value_export_checks", _CHECK, differing)


def _given(con: duckdb.DuckDBPyConnection, mart: str, usual: Row, differing: Sequence[Row]) -> None:
    con.register("made", pl.DataFrame([usual, *({**usual, **each} for each in differing)]).slice(1))
    con.execute(f"create or replace table marts.{mart} as from made")


_EXPORT: Final[Row] = {
    "client_id": TEAM,
    "engineer_hash": engineer(1),
    "exported_at": datetime(2025, 10, 31, 14, 30),  # noqa: DTZ001 - naive, as written
    "platform": "Windows",
    "first_date": date(2025, 10, 1),
    "last_date": date(2025, 10, 31),
    "dates_covered": 31,
    "cost_saved_usd": 14.83,
    "annual_projection_usd": 180.45,
    "time_saved_hours": 27.9,
    "commits": 147,
    "prs_merged": 12,
    "memory_hits": 573,
    "memory_misses": 70,
    "memory_hit_rate": 0.891,
    "assistant_cost_usd": 50.0,
    "total_value_usd": 2806.5,
    "roi_multiplier": 56.1,
    "is_counted": True,
    "last_batch_id": 1,
}
_USE: Final[Row] = {
    "client_id": TEAM,
    "engineer_hash": engineer(1),
    "exported_at": datetime(2025, 10, 31, 14, 30),  # noqa: DTZ001 - naive, as written
    "platform": "Windows",
    "capability": "code_review",
    "executions": 30,
    "successes": 25,
    "avg_ms": 1594.0,
}
_CHECK: Final[Row] = {
    "client_id": TEAM,
    "origin": "individual",
    "engineer_hash": engineer(1),
    "exported_at": datetime(2025, 10, 31, 14, 30),  # noqa: DTZ001 - naive, as written
    "figure": "total_cost_saved_usd",
    "exported": 847.5,
    "recomputed": 14.83119,
    "difference": 56.1432117112,
    "is_mismatch": True,
}


def _daily(con: duckdb.DuckDBPyConnection, n: int, saved: Tokens, n_savers: int) -> None:
    """Create the tables of the days, of which nothing is known but what this scenario is of."""
    kept = [(k, day) for k in range(1, n + 1) for day in range(31)]
    _table(con, "productivity_metrics", [_work(k, day) for k, day in kept])
    savings = [_savings(k, day, saved(k, day)) for k, day in kept if k <= n_savers]
    _table(con, "cost_savings", savings)
    _table(con, "copilot_metrics", [_copilot(k, day) for k, day in kept])


def _work(k: int, day: int) -> Row:
    unknown = ("prs_created", "lines_added", "lines_deleted", "bugs_fixed")
    return {
        **_dated(k, day, (*unknown, "code_reviews_completed")),
        "commits_count": k,
        "prs_merged": 1 if day % 7 == 0 else 0,
        "test_coverage_percent": 80.0,
    }


def _savings(k: int, day: int, saved: float | None) -> Row:
    known = {"tokens_saved_count": saved, "api_calls_avoided": 5, "time_saved_minutes": 60}
    return {**_dated(k, day, ()), **known}


def _copilot(k: int, day: int) -> Row:
    unknown = ("context_injections", "avg_context_tokens")
    return {
        **_dated(k, day, (*unknown, "suggestions_accepted", "suggestions_rejected")),
        "memory_hits": min(2 + k, 10),
        "memory_misses": max(8 - k, 0),
    }


def _dated(k: int, day: int, unknown: Iterable[str]) -> Row:
    return {
        "id": f"{k}-{day}",
        "client_id": TEAM,
        "engineer_email": engineer(k),
        "metric_date": OCTOBER.start + timedelta(days=day),
        "provenance": "measured",
        "last_batch_id": 1,
        **dict.fromkeys(unknown),
    }


def _runs(k: int, slow: float, capability: str) -> Iterable[Row]:
    factor = (slow if _platform(k) == "Windows" else 1.0) * (1 + k / 100)
    for name, duration in DURATIONS.items():
        if name == "doc_generation" and k > 1:
            continue
        for run in range(10):
            yield {
                "id": f"{k}-{name}-{run}",
                "client_id": TEAM,
                "engineer_email": engineer(k),
                "metric_date": OCTOBER.start,
                "timestamp": datetime(2025, 10, 1, 9, run),  # noqa: DTZ001 - UTC without a zone
                "capability": capability if name == "test_generation" else name,
                "duration_ms": duration * factor,
                "success": int(name != "test_generation" or run < 7),
                "error_type": "timeout",
                "tokens_saved": 100,
                "context_size_tokens": 1000,
                "provenance": "measured",
                "last_batch_id": 1,
            }


def _profile(k: int) -> Row:
    return {
        "client_id": TEAM,
        "engineer_email": engineer(k),
        "machine_platform": _platform(k),
        "installation_date": datetime(2025, 9, 1),  # noqa: DTZ001 - UTC without a zone
        "provenance": "measured",
    }


def _platform(k: int) -> str:
    return "Windows" if k < 5 else "Darwin" if k < 8 else "Linux"


def _values(con: duckdb.DuckDBPyConnection) -> None:
    """Create the marts of September, October, the quarter and October's whole weeks."""
    days = render(
        sql_project(), sql_project().models["engineer_days"], variables={}, incremental=False
    )
    con.execute(f"create table marts.engineer_days as {days}")
    weeks = [(date(2025, 10, day), date(2025, 10, day + 6)) for day in (5, 12, 19)]
    windows = [
        ("month", _SEPTEMBER, date(2025, 9, 30)),
        ("month", OCTOBER.start, OCTOBER.end),
        ("quarter", QUARTER.start, QUARTER.end),
        *(("week", *week) for week in weeks),
    ]
    for kind, first, last in windows:
        for mart, found in values(con, sql_project(), first, last).items():
            con.register("found", found.with_columns(window_kind=pl.lit(kind)))
            con.execute(f"create table if not exists marts.{mart} as from found limit 0")
            con.execute(f"insert into marts.{mart} from found")


def _table(con: duckdb.DuckDBPyConnection, mart: str, made: list[Row]) -> None:
    con.register("made", pl.DataFrame(made, infer_schema_length=None))
    con.execute(f"create table marts.{mart} as from made")
