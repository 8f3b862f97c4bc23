"""Refused records that wait no more: replayed, superseded by what came after, or dismissed."""

from collections.abc import Collection, Sequence

import duckdb
import pyarrow as pa

from tracking_pipeline.landing.journal import Entry


def note_dismissed(con: duckdb.DuckDBPyConnection, quarantine_ids: Collection[str]) -> None:
    """Fill the temporary table ``dismissed_records``: what a person let go."""
    ids = pa.array(sorted(quarantine_ids), pa.string())
    con.register("dismissals", pa.table({"quarantine_id": ids}))
    con.execute("create or replace temp table dismissed_records as from dismissals")
    con.unregister("dismissals")


def open_right(con: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table ``right_records`` anew: refused ones of which this batch has more.

    ``wrong_records`` are the identities of those that wait, those of the batch among them.
    """
    con.execute(_WRONG)
    con.execute("create or replace temp table right_records (record_id varchar)")


def note_right(con: duckdb.DuckDBPyConnection, parsed: str) -> None:
    """Note which of the refused records ``parsed`` now holds as they should be."""
    if con.execute("select 1 from wrong_records limit 1").fetchall():
        con.execute(_RIGHT.format(parsed=parsed))


def settle(con: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> None:
    """Say of the refused records which of them wait no more, now that the batch is in the books."""
    for entry in entries:
        is_failed = entry.replays and con.execute(_IS_FAILED, [entry.file_id]).fetchall()
        if is_failed and len(entry.replays) == 1:
            con.execute(_STILL_REFUSED, [entry.file_id, entry.replays[0]])
            con.execute(_ATTEMPTED, [entry.file_id])
        elif entry.replays:
            con.execute(_REPLAYED, [list(entry.replays)])
    con.execute(_SUPERSEDED.format(place=_PLACE))
    settle_dismissed(con)


def settle_dismissed(con: duckdb.DuckDBPyConnection) -> None:
    """Let go what stands in ``dismissed_records``."""
    con.execute(_DISMISSED)


_WRONG = """
create or replace temp table wrong_records as
select record_id
from landing.quarantine
where status = 'quarantined' and record_id is not null
union
select record_id from rejected where record_id is not null
"""

_RIGHT = """
insert into right_records
select p.record_id
from {parsed} as p
semi join wrong_records using (record_id)
left join losers as l on p.rowid = l.row_id
where l.is_conflict is distinct from true
"""

_REPLAYED = """
update landing.quarantine
set status = 'replayed'
where quarantine_id in (select unnest($1))
"""

_IS_FAILED = """
select 1 from landing.manifest
where file_id = $1 and n_quarantined > 0 and n_accepted + n_duplicate + n_pending = 0
"""

# The record keeps its id, its place and thereby its weeks; what is wrong with it is the newest.
_STILL_REFUSED = """
update landing.quarantine as q
set
    kind = coalesce(n.kind, q.kind),
    reason_code = n.reason_code,
    reason = n.reason
from (
    select * from landing.quarantine
    where file_id = $1
    order by line_number, byte_offset
    limit 1
) as n
where q.quarantine_id = $2
"""

_ATTEMPTED = "update landing.quarantine set status = 'superseded' where file_id = $1"

_DISMISSED = """
update landing.quarantine
set status = 'dismissed'
where status = 'quarantined' and quarantine_id in (from dismissed_records)
"""

_PLACE = r"regexp_replace(m.relative_path, '(^|/)[0-9a-f]{16}/([^/]+)$', '\1\2')"

# Delivered by hand, other bytes of a name that is taken lie in a folder called after their hash. A
# file of state is its newest version. Any other newer file of the name is a corrected one when it
# repeats what was right in the old one: a rotated log or somebody else's file does not. The same
# bytes that say more under another name or to another source were misdelivered before. A last line
# that was read by half is read again.
_SUPERSEDED = """
update landing.quarantine
set status = 'superseded'
where quarantine_id in (
    with waiting as (
        select
            q.quarantine_id, q.line_number, q.byte_offset, m.*, {place} as place,
            m.n_accepted + m.n_duplicate as n_right,
        from landing.quarantine as q
        inner join landing.manifest as m using (file_id, batch_id)
        where q.status = 'quarantined'
    ),

    delivered as (
        select m.*, f.is_rewritten, {place} as place
        from batch_files as f
        inner join landing.manifest as m using (file_id, batch_id)
        where m.start_offset = 0
    )

    select w.quarantine_id
    from waiting as w
    inner join delivered as d
        on w.source = d.source and w.place = d.place and w.batch_id < d.batch_id
    where
        w.content_hash <> d.content_hash
        and if(
            d.outcome = 'rejected',
            w.outcome = 'rejected' and w.relative_path = d.relative_path,
            d.is_rewritten
            or (w.n_right > 0 and w.n_right <= d.n_duplicate)
            or (w.n_right = 0 and coalesce(w.line_number, 1) <= d.n_records)
        )
    union all
    select w.quarantine_id
    from waiting as w
    inner join delivered as d
        on w.content_hash = d.content_hash and w.file_id <> d.file_id
    where d.outcome = 'loaded' and w.n_right < d.n_accepted + d.n_duplicate
    union all
    select w.quarantine_id
    from waiting as w
    inner join batch_files as f using (source, relative_path)
    where
        w.batch_id < f.batch_id
        and f.start_offset > 0
        and f.start_offset = w.end_offset
        and f.start_offset <= w.byte_offset
    union all
    select quarantine_id
    from landing.quarantine
    where status = 'quarantined' and record_id in (from right_records)
)
"""
