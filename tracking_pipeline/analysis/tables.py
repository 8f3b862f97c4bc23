"""The tables of the ``analysis`` schema: only the weeks and months whose inputs changed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import duckdb
import polars as pl

from tracking_pipeline.analysis import anomalies, sentences, shifts, standing, trends
from tracking_pipeline.analysis.daily import daily_series
from tracking_pipeline.analysis.forecasts import forecasts
from tracking_pipeline.analysis.periods import FORMULAS, Month, Week, last_day, months, weeks
from tracking_pipeline.analysis.proof_points import proof_points
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.warehouse.connection import transaction
from tracking_pipeline.warehouse.swap import drop, relation_kind

Frames = Mapping[str, pl.DataFrame]

TABLES: Final = {
    "trends": "One row a metric and week: the test that was made, against the week before or over "
    "four weeks of days, its p-value and interval, and whether the metric improves, declines or "
    "holds.",
    "level_shifts": "One row a daily series and week: its strongest break in eight weeks, and "
    "whether that is one.",
    "anomalies": "One row a daily series and day that lies outside the limits of its baseline.",
    "claims": "One row a sentence that a report may say, with the evidence it stands on and "
    "whether that is enough.",
    "forecasts": "One row a client (or all), total and month: what the days before it foretell, "
    "with intervals.",
    "proof_points": "One row a client, month and candidate for a case study: whether it stands.",
}
"""Each table, and what one row of it is."""

_BASELINE = 9 * 7
"""Days that a week's analysis reads: itself and the eight weeks before its first day."""


def write_tables(
    con: duckdb.DuckDBPyConnection, as_of: date | None = None, *, is_anew: bool = False
) -> dict[str, int]:
    """Bring the schema ``analysis`` up to date in one transaction; return the rows of its tables.

    Daily series end with the day before ``as_of``: None means that the last day with data runs. A
    week is computed anew when its inputs changed or those of the eight weeks before it did,
    whatever the cause, a month likewise; all others stay, unless all ``is_anew``.
    """
    moment = as_of or last_day(con)
    with transaction(con):
        _create(con, is_anew=is_anew)
        present: list[Week | Month] = [*weeks(con, moment), *months(con, moment)]
        known = dict(con.execute("select period, rests_on from analysis.rests_on").fetchall())
        gone = known.keys() - {period.name for period in present}
        _forget(con, sorted(gone))
        for period in present:
            if known.get(period.name) != period.rests_on:
                _forget(con, [period.name])
                _add(con, period, _computed(con, period, moment))
        failpoint("analysis.written")
    return {name: con.table(f"analysis.{name}").shape[0] for name in TABLES}


def _create(con: duckdb.DuckDBPyConnection, *, is_anew: bool) -> None:
    """Create the tables, empty, unless they are there and of today's formulas, or ``is_anew``."""
    con.execute("create schema if not exists analysis")
    if relation_kind(con, "analysis", "rests_on") is not None and not is_anew:
        outdated = (
            "select count(*) from analysis.rests_on where not starts_with(rests_on, ? || '/')"
        )
        if con.execute(outdated, [FORMULAS]).fetchall() == [(0,)]:
            return
    for name in ("rests_on", *TABLES):
        drop(con, "analysis", name)
    con.execute("create table analysis.rests_on (period varchar, rests_on varchar)")
    nothing = (Week("", date(2000, 1, 2), ""), Month(date(2000, 1, 1), ""))
    for period in nothing:
        for name, frame in _computed(con, period, date(2000, 2, 1)).items():
            _insert(con, f"create table analysis.{name} as", frame)


def _computed(con: duckdb.DuckDBPyConnection, period: Week | Month, as_of: date) -> Frames:
    frames = _of_week(con, period, as_of) if isinstance(period, Week) else _of_month(con, period)
    named = pl.lit(period.name).alias("period")
    return {name: frame.with_columns(named) for name, frame in frames.items()}


def _forget(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    for table in ("rests_on", *TABLES) if names else ():
        con.execute(
            f"delete from analysis.{table} where period in (select unnest(?))", [list(names)]
        )


def _add(con: duckdb.DuckDBPyConnection, period: Week | Month, frames: Frames) -> None:
    for name, frame in frames.items():
        _insert(con, f"insert into analysis.{name} by name", frame)
    con.execute("insert into analysis.rests_on values (?, ?)", [period.name, period.rests_on])


def _insert(con: duckdb.DuckDBPyConnection, into: str, frame: pl.DataFrame) -> None:
    con.register("computed", frame)
    con.execute(f"{into} from computed")
    con.unregister("computed")


def _of_week(con: duckdb.DuckDBPyConnection, week: Week, as_of: date) -> Frames:
    daily = daily_series(con, week.system, week.last_day(as_of), _BASELINE)
    changes = trends.trends(con, daily, week)
    breaks = shifts.shifts(daily, week)
    outliers = anomalies.anomalies(daily, week)
    told = [
        changes.filter(pl.col("method").is_not_null()),
        shifts.to_tell(breaks),
        outliers.filter(pl.col("reason").is_null()),
        standing.exceeding(con, daily, week),
        standing.leading(daily, week),
    ]
    return {
        "trends": trends.table(changes),
        "level_shifts": shifts.table(breaks),
        "anomalies": anomalies.table(outliers),
        "claims": pl.concat([sentences.claims(rows) for rows in told]),
    }


def _of_month(con: duckdb.DuckDBPyConnection, month: Month) -> Frames:
    return {"forecasts": forecasts(con, month), "proof_points": proof_points(con, month)}
