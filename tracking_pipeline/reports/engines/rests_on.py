"""What a week or month of engine documents rests on, beyond the batches of its figures."""

from datetime import date
from typing import Final

import duckdb

from tracking_pipeline.reports.draft import Versions
from tracking_pipeline.reports.engines.economics import ALL
from tracking_pipeline.reports.engines.standings import SYSTEM
from tracking_pipeline.reports.query import rows

# Contents, not batches: a file that says the same again moves nothing. A reference without a
# period of its own moves every period that shows it.
_SHOWN: Final = """
with
economics as (
    select coalesce(client_id, $1) as subject, {rhythm}_start as start, hash(told) as said
    from (select * exclude (last_batch_id) from marts.economics_{rhythm}ly) as told
    where days_with_data > 0
),
periods as (
    select distinct subject, start from economics
),
shown as (
    select * from economics
    union all
    select client_id, {rhythm}_start, hash((entity_id, metric, benchmark, industry_average))
    from marts.benchmark_comparison_{rhythm}ly
    where system = $2
    union all
    select subject, start, hash((clients.name, subject))
    from periods
    inner join marts.clients on clients.client_key = periods.subject
    union all
    select subject, start, hash((goals.goal_id, goals.target_value, goals.due_date))
    from periods
    inner join marts.goals on goals.client_id = periods.subject
    where goals.system = $2
        and (goals.start_date is null or goals.start_date < start + interval 1 {rhythm})
    union all
    select subject, start, hash((method, cost_per_meeting_usd, recorded_date, source))
    from periods
    inner join marts.previous_methods as methods on methods.client_id = periods.subject
),
told as (
    select * from shown
    union all
    select $1, start, said from shown where subject <> $1
)
select subject, start, printf('%x', bit_xor(said)) as said
from told
where $3 is null or subject = $3
group by subject, start
"""


def references(con: duckdb.DuckDBPyConnection, rhythm: str, subject: str | None) -> Versions:
    """Return of each subject's periods with economics a mark of all that is shown beside figures.

    The economics, benchmarks, goals, earlier methods and the client's name; of ``all``, everyone's.
    """
    found = rows(con, _SHOWN.format(rhythm=rhythm), [ALL, SYSTEM, subject])
    return {(row["subject"], row["start"]): row["said"][:8] for row in found}


def of_all(con: duckdb.DuckDBPyConnection, rhythm: str) -> dict[date, str]:
    """Return the marks of every client together, by first day."""
    return {start: said for (_, start), said in references(con, rhythm, ALL).items()}
