"""The demo company's engine metrics as they arrive: day-to-date totals, one JSON object a line."""

from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from tracking_pipeline.demo.company.levels import is_of, levels
from tracking_pipeline.demo.company.plan import plan
from tracking_pipeline.demo.company.series import series

# When an engine reports, and how much of its day is done by then.
_MOMENTS: Final = {(8, 5): 0.25, (13, 5): 0.6, (20, 5): 1.0}
_MORNING_GAP = 0.03
_KEY: Final = ("client_id", "engine_id", "day", "observed_at")


def observations(seed: int, last_day: date, until: datetime, zone: str) -> pl.DataFrame:
    """Return (client_id, day, is_late, line), a row an observation up to the instant ``until``.

    Each day is observed three times by the clock of ``zone``; sums grow from one to the next and
    the last holds the day's truth of ``series``.
    """
    now = until.astimezone(ZoneInfo(zone))
    days_after = (now.date() - last_day).days
    reported = (
        _with_strangers(_growing(series(seed, last_day=last_day, days_after=days_after), zone))
        .filter(pl.col("observed_at") <= now)
        .group_by(*_KEY, maintain_order=True)
        .agg(
            pl.format('"{}": {}', "name", _number("value")).str.join(", ").alias("metrics"),
            pl.col("units_of_work", "cost", "value_generated").first(),
        )
    )
    return reported.select("client_id", "day", is_late=_is_late(last_day), line=_line())


def _growing(frame: pl.DataFrame, zone: str) -> pl.DataFrame:
    moments = pl.DataFrame(
        {
            "time": [timedelta(hours=hour, minutes=minute) for hour, minute in _MOMENTS],
            "done": list(_MOMENTS.values()),
        }
    )
    shape = levels().select(
        *("client_id", "engine_id", "metric", "floor"),
        grows=pl.col("is_summed") | pl.col("is_counted"),
    )
    so_far = (pl.col("value") * pl.col("done")).floor()
    settling = pl.col("value") * (1 - _MORNING_GAP * (1 - pl.col("done")))
    return (
        frame.join(shape, on=["client_id", "engine_id", "metric"], maintain_order="left")
        .join(moments, how="cross", maintain_order="left_right")
        .with_columns(
            observed_at=(pl.col("day").cast(pl.Datetime) + pl.col("time")).dt.replace_time_zone(
                zone
            ),
            value=pl.when("grows")
            .then(so_far)
            .otherwise(pl.max_horizontal(settling.round_sig_figs(5), "floor")),
            units_of_work=(pl.col("units_of_work") * pl.col("done")).floor(),
            cost=(pl.col("cost") * pl.col("done")).round(2),
            value_generated=(pl.col("value_generated") * pl.col("done")).round(2),
        )
    )


def _with_strangers(frame: pl.DataFrame) -> pl.DataFrame:
    """Name the metrics as they arrive: some in percent, and some that no catalogue knows."""
    company = plan()
    in_percent = pl.any_horizontal(
        is_of(odd.client_id, odd.engine_id, odd.metric) for odd in company.percent_metrics
    )
    strangers = [
        frame.filter(is_of(odd.client_id, odd.engine_id))
        .unique(_KEY, keep="first", maintain_order=True)
        .with_columns(metric=pl.lit(odd.metric), value=pl.lit(0.5))
        for odd in company.unknown_metrics
    ]
    return pl.concat(
        [
            frame.with_columns(
                value=pl.when(in_percent)
                .then((pl.col("value") * 100).round_sig_figs(5))
                .otherwise("value"),
                name=pl.when(in_percent).then(pl.format("{}_pct", "metric")).otherwise("metric"),
            ),
            *(stranger.with_columns(name="metric") for stranger in strangers),
        ]
    ).sort(*_KEY, maintain_order=True)


def _is_late(last_day: date) -> pl.Expr:
    return pl.any_horizontal(
        (pl.col("client_id") == late.client_id)
        & (pl.col("day") == last_day - timedelta(days=late.day))
        for late in plan().late
    )


def _number(column: str) -> pl.Expr:
    """Return the number as JSON, a whole one without a fraction."""
    value = pl.col(column)
    whole = value.cast(pl.Int64).cast(pl.String)
    return pl.when(value == value.floor()).then(whole).otherwise(value.cast(pl.String))


def _line() -> pl.Expr:
    at = pl.col("observed_at").dt.strftime("%Y-%m-%dT%H:%M:%S%:z")
    fields = [
        pl.format('"client_id": "{}"', "client_id"),
        pl.format('"engine_id": "{}"', "engine_id"),
        pl.format('"observed_at": "{}"', at),
        pl.concat_str(pl.lit('"metrics": {'), "metrics", pl.lit("}")),
        pl.format('"operational_cost_usd": {}', _number("cost")),
        pl.format('"value_generated_usd": {}', _number("value_generated")),
        pl.format('"units_of_work": {}', _number("units_of_work")),
        pl.lit('"provenance": "simulated"'),
    ]
    return pl.concat_str(pl.lit("{"), pl.concat_str(fields, separator=", "), pl.lit("}"))
