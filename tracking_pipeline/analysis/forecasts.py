"""What the engines will do next month: forecasts of their totals, per client and of all."""

from datetime import timedelta

import duckdb
import numpy as np
import polars as pl

from tracking_pipeline.analysis.periods import HISTORY_MONTHS, Month
from tracking_pipeline.analysis.statistics.forecast import FEWEST, total_forecasts

# The units of work of engine N are the meetings booked (figures.md).
_TOTALS = """
    select
        client_id,
        case metric when 'units_of_work' then 'meetings_booked' else metric end as metric,
        metric_date - $first::date as day,
        sum(value) as value
    from marts.daily_series
    where
        system = 'engines' and metric_date between $first and $last
        and (
            metric in ('operational_cost_usd', 'value_generated_usd')
            or (metric = 'units_of_work' and entity_id = 'N')
        )
    group by grouping sets ((client_id, metric, metric_date), (metric, metric_date))
    order by all
"""

COLUMNS = [
    *("client_id", "metric", "month_start", "value", "low_80", "high_80", "low_95", "high_95"),
    *("method", "mase", "n", "reason"),
]


def forecasts(con: duckdb.DuckDBPyConnection, month: Month) -> pl.DataFrame:
    """Return a row per client (NULL = all) and total: its forecast for the month after ``month``.

    Totals are of the days up to the end of ``month``; none of them can fall below 0. Too short a
    history gives no value and the reason not_enough_data.
    """
    horizon = (Month(month.next_start, "").end - month.end).days
    first = month.end - timedelta(days=31 * HISTORY_MONTHS - 1)
    points = con.execute(_TOTALS, {"first": first, "last": month.end}).pl()
    keys = points.select("client_id", "metric").unique(maintain_order=True).with_row_index("row")
    found = points.join(keys, on=["client_id", "metric"], nulls_equal=True)
    values = np.full((keys.height, 31 * HISTORY_MONTHS), np.nan)
    values[found["row"].to_numpy(), found["day"].to_numpy()] = found["value"].to_numpy()
    made = total_forecasts(values, horizon)
    bounds = ("value", "low_80", "high_80", "low_95", "high_95")
    return (
        keys.with_columns(
            *(pl.Series(name, getattr(made, name), pl.Float64).clip(0) for name in bounds),
            month_start=pl.lit(month.next_start),
            method=pl.Series(made.method, dtype=pl.String),
            mase=pl.Series(made.mase, dtype=pl.Float64),
            n=pl.Series(made.n, dtype=pl.Int64),
            reason=pl.when(pl.Series(made.n < FEWEST)).then(pl.lit("not_enough_data")),
        )
        .select(COLUMNS)
        .with_columns(pl.col(pl.Float64).fill_nan(None).round_sig_figs(12))
    )
