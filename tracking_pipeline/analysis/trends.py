"""Week over week: what changed, as a table of tests and as sentences that passed the gate."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import duckdb
import polars as pl

from tracking_pipeline.analysis.claims import Evidence, claim, direction_of, reason_against
from tracking_pipeline.analysis.comparison import Comparison, Sample, compare_means, compare_rates

STABLE_SHARE = 0.05
"""A figure is stable when the interval of its change lies inside this share of the last value."""

_TESTS: dict[str, tuple[str, Callable[[Sample, Sample], Comparison]]] = {
    "rate": ("numerator", compare_rates),
    "share": ("numerator", compare_rates),
    "label_coverage": ("numerator", compare_rates),
    "mean": ("sum", compare_means),
}

FEWEST = 10
"""Below so many observations in a week the approximations behind the tests do not hold."""

_WEEKS = f"""
    select
        weeks.*,
        metrics.label, metrics.aggregation, metrics.direction as better,
        greatest(metrics.minimum_sample, {FEWEST}) as minimum_sample
    from marts.week_over_week as weeks
    join seeds.metrics as metrics using (system, entity_type, metric)
"""

_TREND_COLUMNS = [
    *("system", "client_id", "entity_type", "entity_id", "metric", "week_start"),
    *("value", "previous_value", "change_pct", "n", "previous_n"),
    *("method", "statistic", "p_value", "ci_low", "ci_high"),
    *("significance", "direction", "reason", "adjusted_p_value"),
]

_JUDGED = f"""
    select
        trends.*, metrics.label, metrics.unit, metrics.direction as better,
        greatest(metrics.minimum_sample, {FEWEST}) as minimum_sample, weekly.coverage,
        md5(concat_ws('|', system, client_id, entity_type, entity_id, metric, week_start))
            as claim_id
    from analysis.trends as trends
    join seeds.metrics as metrics using (system, entity_type, metric)
    left join marts.metric_weekly as weekly
        using (system, client_id, entity_type, entity_id, metric, week_start)
    where trends.method is not null
    order by system, client_id, week_start, entity_type, entity_id, metric
"""

_CLAIM_SCHEMA = {
    "claim_id": pl.String,
    "system": pl.String,
    "client_id": pl.String,
    "week_start": pl.Date,
    "kind": pl.String,
    "subject": pl.String,
    "sentence": pl.String,
    "is_supported": pl.Boolean,
    "method": pl.String,
    "n": pl.Int64,
    "p_value": pl.Float64,
    "ci_low": pl.Float64,
    "ci_high": pl.Float64,
    "coverage": pl.Float64,
    "reason": pl.String,
}


def trends(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return one row per row of ``marts.week_over_week``: its test and what may be said of it.

    Rates are tested by two-proportion z, means by Welch, other aggregations not at all. A direction
    stands only where it survives Benjamini-Hochberg at 5 % among the metrics of its system and week
    (``adjusted_p_value``); ``significance`` grades the single test (figures.md). The interval is of
    the difference, in the metric's unit.
    """
    tested = _adjusted(_tested(con.execute(_WEEKS).pl()))
    changes = [_change(row) for row in tested.iter_rows(named=True)]
    return (
        tested.with_columns(
            _significance(),
            pl.Series("direction", [direction_of(change) for change in changes], pl.String),
            pl.Series("reason", [reason_against(change) for change in changes], pl.String),
        )
        .select(_TREND_COLUMNS)
        .sort(_TREND_COLUMNS[:6])
    )


def claims(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return one row per tested row of ``analysis.trends``: the sentence that may be printed.

    ``p_value`` is the adjusted one, ``n`` the smaller of the two weeks.
    """
    rows = con.execute(_JUDGED).pl().iter_rows(named=True)
    return pl.DataFrame([_claim_row(row) for row in rows], schema=_CLAIM_SCHEMA, orient="row")


def _tested(weeks: pl.DataFrame) -> pl.DataFrame:
    """Add method, statistic, p_value and interval; NULL where there is no test."""
    parts = [weeks.filter(~pl.col("aggregation").is_in(list(_TESTS)))]
    for aggregation, (total, test) in _TESTS.items():
        part = weeks.filter(pl.col("aggregation") == aggregation)
        result = test(_sample(part, "", total), _sample(part, "previous_", total))
        parts.append(
            part.with_columns(
                pl.lit(result.method).alias("method"),
                pl.Series("statistic", result.statistic),
                pl.Series("p_value", result.p_value),
                pl.Series("ci_low", result.ci_low),
                pl.Series("ci_high", result.ci_high),
            )
        )
    floats = pl.col("statistic", "p_value", "ci_low", "ci_high")
    return pl.concat(parts, how="diagonal").with_columns(floats.fill_nan(None).round_sig_figs(12))


def _sample(weeks: pl.DataFrame, prefix: str, total: str) -> Sample:
    columns = (f"{prefix}n", f"{prefix}{total}", f"{prefix}sum_of_squares")
    return Sample(*(weeks[name].cast(pl.Float64).fill_null(0).to_numpy() for name in columns))


def _adjusted(tested: pl.DataFrame) -> pl.DataFrame:
    """Add the Benjamini-Hochberg p of the tests with enough data (Benjamini, Hochberg 1995)."""
    family = ["system", "week_start"]
    is_enough = pl.min_horizontal("n", "previous_n") >= pl.col("minimum_sample")
    p = pl.when(is_enough).then(pl.col("p_value"))
    step = p * p.count().over(family) / p.rank("max").over(family)
    return tested.with_columns(adjusted_p_value=step).with_columns(
        pl.col("adjusted_p_value").cum_min().over(family, order_by="p_value", descending=True)
    )


def _significance() -> pl.Expr:
    p = pl.col("p_value")
    grade = pl.when(p < 0.01).then(pl.lit("high")).when(p < 0.05).then(pl.lit("medium"))  # noqa: PLR2004 - seed 001
    is_judged = p.is_not_null() & pl.col("adjusted_p_value").is_not_null()
    return pl.when(is_judged).then(grade.otherwise(pl.lit("low"))).alias("significance")


def _change(row: Mapping[str, Any]) -> Evidence:
    """Return the evidence that the figure is stable, or else that it changed."""
    value, previous = row["value"], row["previous_value"]
    is_tested = row["ci_low"] is not None
    evidence = Evidence(
        kind="stable",
        subject=f"{row['label']} of {row['entity_id'].replace('_', ' ')}",
        method=row["method"] or "",
        n=min(row["n"] or 0, row["previous_n"] or 0),
        minimum_n=row["minimum_sample"],
        coverage=None,
        better=row["better"],
        estimate=None if value is None or previous is None else value - previous,
        p_value=row["adjusted_p_value"],
        interval=(row["ci_low"], row["ci_high"]) if is_tested else None,
        bound=STABLE_SHARE * abs(previous or 0.0),
    )
    return evidence if not reason_against(evidence) else replace(evidence, kind="week_over_week")


def _claim_row(row: Mapping[str, Any]) -> dict[str, object]:
    evidence = replace(_change(row), coverage=row["coverage"])
    figures = (_quantity(row[name], row["unit"]) for name in ("previous_value", "value"))
    made = claim(evidence, " → ".join(figures))
    kept = {name: row[name] for name in ("claim_id", "system", "client_id", "week_start", "method")}
    return kept | {
        "kind": evidence.kind,
        "subject": evidence.subject,
        "sentence": made.sentence,
        "is_supported": made.is_supported,
        "n": evidence.n,
        "p_value": evidence.p_value,
        "ci_low": row["ci_low"],
        "ci_high": row["ci_high"],
        "coverage": evidence.coverage,
        "reason": made.reason,
    }


def _quantity(value: float | None, unit: str) -> str:
    if value is None:
        return "no data"
    return f"{value:.1%}" if unit == "fraction" else f"{value:,.4g} {unit}"
