"""First accepted wins: which parsed records enter, which repeat one, which contradict one.

A record of an erased person repeats one that was accepted before, and stays out.
"""

from datetime import datetime

import duckdb

from tracking_pipeline.landing.tables import body
from tracking_pipeline.sources.record import RecordKind
from tracking_pipeline.warehouse.swap import quote


def find_losers(con: duckdb.DuckDBPyConnection, kind: RecordKind) -> None:
    """Fill the temporary table ``losers``: one row a record of ``parsed_<kind>`` that stays out.

    Columns: ``row_id`` in ``parsed_<kind>`` and ``is_conflict``: whether its body differs from that
    of the accepted record of the same identity, in the warehouse or else the first of the batch.
    """
    parsed, landed = quote(f"parsed_{kind.name}"), f"landing.{quote(kind.table)}"
    span = _span(con, parsed)
    con.execute(_IN_HISTORY.format(parsed=parsed, landed=landed), span)
    con.execute(_IN_BATCH.format(parsed=parsed))
    differs = "({}) is distinct from ({})".format(
        ", ".join(f"p.{name}" for name in body(kind)),
        ", ".join(f"w.{name}" for name in body(kind)),
    )
    con.execute(_LOSERS.format(parsed=parsed, landed=landed, differs=differs), span)


def _span(con: duckdb.DuckDBPyConnection, parsed: str) -> dict[str, datetime | None]:
    """Return the range of observed_at: blocks of the landed table outside it are never read."""
    rows = con.execute(f"select min(observed_at), max(observed_at) from {parsed}").fetchall()
    return {"first": rows[0][0], "last": rows[0][1]}


_IN_HISTORY = """
create or replace temp table repeats_history as
select
    p.rowid as row_id,
    w.rowid as winner,
from {parsed} as p
inner join {landed} as w
    on p.record_id = w.record_id and p.observed_at = w.observed_at
where w.observed_at between $first and $last
"""

# Most batches repeat nothing: the count is cheap, and the window sees only what it found.
_IN_BATCH = """
create or replace temp table repeats_batch as
with repeated as (
    select record_id
    from {parsed}
    group by record_id
    having count(*) > 1
),

ordered as (
    select
        p.rowid as row_id,
        first_value(p.rowid) over (
            partition by p.record_id
            order by f.position, p.line_number, p.byte_offset
        ) as winner,
    from {parsed} as p
    semi join repeated using (record_id)
    anti join repeats_history as h on p.rowid = h.row_id
    inner join batch_files as f using (file_id)
)

select row_id, winner
from ordered
where row_id <> winner
"""

_LOSERS = """
create or replace temp table losers as
select p.rowid as row_id, false as is_conflict
from {parsed} as p
semi join erased_records using (record_id)
union all
select h.row_id, {differs} as is_conflict
from repeats_history as h
inner join {parsed} as p on p.rowid = h.row_id
inner join {landed} as w on w.rowid = h.winner
where w.observed_at between $first and $last
    and p.record_id not in (from erased_records)
union all
select b.row_id, {differs} as is_conflict
from repeats_batch as b
inner join {parsed} as p on p.rowid = b.row_id
inner join {parsed} as w on w.rowid = b.winner
where p.record_id not in (from erased_records)
"""
