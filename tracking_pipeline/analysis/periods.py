"""Which weeks and months must be analysed anew: those whose inputs are not what they were."""

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

LONGEST_WINDOW = 56
"""Days before a day that its analysis may rest on: eight weeks."""

HISTORY_MONTHS = 5
"""Months up to a month's end that its forecast may rest on."""

FORMULAS = "6"
"""Raise it with a formula or a wording: every period is computed anew."""

# The day that runs changes with every collection, so of daily series whole days alone count.
_INPUTS = """
    catalogue as (
        select md5(string_agg(metrics::varchar, '|' order by metrics::varchar)) as hash
        from seeds.metrics as metrics
    ),

    days as (
        select
            system, metric_date, max(last_batch_id) as last_batch_id, count(*) as n
        from marts.daily_series
        where metric_date < $as_of
        group by all
    ),
"""

_WEEKS = f"""
    with {_INPUTS}

    records as (
        select weeks.system, weeks.week_start, weeks.last_batch_id, 1 as n
        from marts.metric_weekly as weeks
        join seeds.metrics as metrics using (system, entity_type, metric)
        where metrics.sampling = 'record'
    ),

    compared as (
        select system, week_start, last_batch_id, 1 as n
        from marts.benchmark_comparison_weekly
        where week_start + 7 <= $as_of
    ),

    inputs as (
        select system, week_start, max(last_batch_id) as last_batch_id, sum(n) as n
        from (
            from records
            union all by name from compared
            union all by name
            select
                system, (metric_date - dayofweek(metric_date)::integer)::date as week_start,
                last_batch_id, n
            from days
        )
        group by all
    )

    select
        system, week_start,
        concat_ws('/', $formulas, hash, max(last_batch_id) over recent, sum(n) over recent)
    from inputs
    cross join catalogue
    window recent as (
        partition by system
        order by week_start
        range between interval {LONGEST_WINDOW} days preceding and current row
    )
    order by all
"""

_MONTHS = f"""
    with {_INPUTS}

    sums as (
        select
            date_trunc('month', metric_date)::date as month_start,
            max(last_batch_id) as last_batch_id, sum(n) as n
        from days
        where system = 'engines'
        group by all
    ),

    candidates as (
        select month_start, md5(string_agg(points::varchar, '|' order by points::varchar)) as points
        from marts.proof_point_candidates as points
        group by all
    )

    select
        month_start,
        concat_ws(
            '/', $formulas, hash, points, max(last_batch_id) over recent, sum(n) over recent
        )
    from sums
    full join candidates using (month_start)
    cross join catalogue
    where last_day(month_start) < $as_of
    window recent as (
        order by month_start
        range between interval {HISTORY_MONTHS - 1} months preceding and current row
    )
    order by all
"""


@dataclass(frozen=True)
class Week:
    """A week of a system; ``rests_on`` tells one state of its inputs from another."""

    system: str
    start: date
    rests_on: str

    @property
    def name(self) -> str:
        """What its rows carry, to be found again."""
        return f"{self.system} week {self.start}"

    def last_day(self, as_of: date) -> date:
        """Return the week's last day before ``as_of``; before its start when it has none."""
        return min(self.start + timedelta(days=6), as_of - timedelta(days=1))


@dataclass(frozen=True)
class Month:
    """A month that is over; ``rests_on`` tells one state of its inputs from another."""

    start: date
    rests_on: str

    @property
    def name(self) -> str:
        """What its rows carry, to be found again."""
        return f"month {self.start}"

    @property
    def next_start(self) -> date:
        """The first day of the month after it."""
        return (self.start + timedelta(days=31)).replace(day=1)

    @property
    def end(self) -> date:
        """The month's last day."""
        return self.next_start - timedelta(days=1)


def weeks(con: duckdb.DuckDBPyConnection, as_of: date) -> list[Week]:
    """Return every week with data, as its inputs are now, without the days from ``as_of`` on."""
    found = con.execute(_WEEKS, {"as_of": as_of, "formulas": FORMULAS}).fetchall()
    return [Week(*row) for row in found]


def months(con: duckdb.DuckDBPyConnection, as_of: date) -> list[Month]:
    """Return every month with data of engines that was over before ``as_of``, likewise."""
    found = con.execute(_MONTHS, {"as_of": as_of, "formulas": FORMULAS}).fetchall()
    return [Month(*row) for row in found]


def last_day(con: duckdb.DuckDBPyConnection) -> date:
    """Return the last day of any daily series: the one that runs, where nobody says which."""
    (found,) = con.execute("select max(metric_date) from marts.daily_series").fetchall()[0]
    return found or date.max
