"""What the engines will do next month: forecasts of their totals, per client and of all."""

from datetime import timedelta

import duckdb
import numpy as np
import polars as pl

from tracking_pipeline.analysis.finite import finite
from tracking_pipeline.analysis.periods import HISTORY_MONTHS, Month
from tracking_pipeline.analysis.statistics.forecast import FEWEST, total_forecasts

# The units of work of engine N are the meetings booked (figures.md).
_TOTALS = """
    with

    days as (
        select
            client_id,
            case metric when 'units_of_work' then 'meetings_booked' else metric end as metric,
            metric_date,
            sum(value) as value
        from marts.daily_series
        where
            system = 'engines' and metric_date between $first and $last
            and (
                metric in ('operational_cost_usd', 'value_generated_usd')
                or (metric = 'units_of_work' and entity_id = 'N')
            )
        group by all
    ),

    clients as (
        select client_id, metric, min(metric_date) as joined, max(metric_date) as last_date
        from days
        group by all
    ),

    -- A client's missing day is no zero: of all, a day counts where each client then had it.
    of_all as (
        select
            metric, metric_date, sum(value) as value,
            count(*) as n,
            (
                select count(*) from clients
                where
                    clients.metric = days.metric
                    and days.metric_date between joined and last_date + $gone_after::integer
            ) as n_expected
        from days
        group by all
    )

    select client_id, metric, metric_date - $first::date as day, value from days
    union all
    select null, metric, metric_date - $first::date, value from of_all where n = n_expected
    order by all
"""

GONE_AFTER = 28
"""Days of silence after which a client is taken to have left, not to have an outage."""

COLUMNS = [
    *("client_id", "metric", "month_start", "value", "low_80", "high_80", "low_95", "high_95"),
    *("method", "mase", "n", "reason"),
]


def forecasts(con: duckdb.DuckDBPyConnection, month: Month) -> pl.DataFrame:
    """Return a row per client (NULL = all) and total: its forecast for the month after ``month``.

    Totals are of the days up to the end of ``month``, that of all of the days that every client
    then had; none of them can fall below 0. Too short a history gives no value and the reason
    not_enough_data.
    """
    horizon = (Month(month.next_start, "").end - month.end).days
    first = month.end - timedelta(days=31 * HISTORY_MONTHS - 1)
    of_days = {"first": first, "last": month.end, "gone_after": GONE_AFTER}
    points = con.execute(_TOTALS, of_days).pl()
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
        .with_columns(finite(pl.col(pl.Float64)))
    )
