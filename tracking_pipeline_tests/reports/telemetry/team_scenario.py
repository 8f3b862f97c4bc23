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
from tracking_pipeline.reports.draft import Draft
from tracking_pipeline.reports.period import Period
from tracking_pipeline.reports.telemetry import team_value
from tracking_pipeline.reports.telemetry.team import TeamReport, team_report
from tracking_pipeline.reports.telemetry.value import window
from tracking_pipeline.settings import Settings
from tracking_pipeline.transform.project import Project, load_project

OCTOBER: Final = Period(date(2025, 10, 1), "UTC", "month")
QUARTER: Final = Period(date(2025, 10, 1), "UTC", "quarter")
AS_OF: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TEAM: Final = "core"
DURATIONS: Final = {
    "conversation_memory": 200.0,
    "test_generation": 2000.0,
    "doc_generation": 3000.0,
}
_SQL: Final = Path(__file__).parents[3] / "dbt_like_sql"
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
    n: int = 8, saved: Tokens = tokens, *, slow: float = 1.5, capability: str = "test_generation"
) -> duckdb.DuckDBPyConnection:
    """Return the team of ``n`` in memory, ``capability`` in place of test generation's name."""
    con = duckdb.connect()
    con.execute("set timezone = 'UTC'; create schema marts; create schema seeds")
    con.execute(f"create table seeds.assumptions as from read_csv('{_SQL}/seeds/assumptions.csv')")
    _table(con, "engineer_days", [row for k in range(1, n + 1) for row in _days(k, saved, slow)])
    runs = [row for k in range(1, n + 1) for row in _runs(k, slow, capability)]
    _table(con, "performance_metrics", runs)
    _table(con, "engineer_profile", [_profile(k) for k in range(1, n + 1)])
    _values(con)
    exports(con)
    mismatches(con)
    return con


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


def _days(k: int, saved: Tokens, slow: float) -> Iterable[Row]:
    runs = list(_runs(k, slow))
    for day in range(31):
        yield {
            "client_id": TEAM,
            "engineer_hash": engineer(k),
            "metric_date": OCTOBER.start + timedelta(days=day),
            **dict.fromkeys(_UNUSED),
            "executions": 0 if day else len(runs),
            "successes": 0 if day else sum(run["success"] for run in runs),
            "n_durations": 0 if day else len(runs),
            "total_duration_ms": None if day else sum(run["duration_ms"] for run in runs),
            "tokens_saved": saved(k, day),
            "minutes_saved": 60,
            "api_calls_avoided": 5,
            "commits": k,
            "prs_merged": 1 if day % 7 == 0 else 0,
            "test_coverage_percent": 80.0,
            "memory_hits": min(2 + k, 10),
            "memory_misses": max(8 - k, 0),
            "has_daily_row": True,
            "provenance": "measured",
            "last_batch_id": 1,
        }


_UNUSED: Final = (
    *("prs_created", "lines_added", "lines_deleted", "bugs_fixed", "code_reviews"),
    *("context_injections", "avg_context_tokens", "suggestions_accepted", "suggestions_rejected"),
)


def _runs(k: int, slow: float, capability: str = "test_generation") -> Iterable[Row]:
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
    }


def _platform(k: int) -> str:
    return "Windows" if k < 5 else "Darwin" if k < 8 else "Linux"


def _values(con: duckdb.DuckDBPyConnection) -> None:
    """Create the marts of September, October, the quarter and October's whole weeks."""
    weeks = [(date(2025, 10, day), date(2025, 10, day + 6)) for day in (5, 12, 19)]
    windows = [
        ("month", _SEPTEMBER, date(2025, 9, 30)),
        ("month", OCTOBER.start, OCTOBER.end),
        ("quarter", QUARTER.start, QUARTER.end),
        *(("week", *week) for week in weeks),
    ]
    for kind, first, last in windows:
        for mart, found in values(con, _project(), first, last).items():
            con.register("found", found.with_columns(window_kind=pl.lit(kind)))
            con.execute(f"create table if not exists marts.{mart} as from found limit 0")
            con.execute(f"insert into marts.{mart} from found")


@cache
def _project() -> Project:
    return load_project(_SQL)


def _table(con: duckdb.DuckDBPyConnection, mart: str, made: list[Row]) -> None:
    con.register("made", pl.DataFrame(made, infer_schema_length=None))
    con.execute(f"create table marts.{mart} as from made")
