"""The books of a batch: its files, and what became of each of their records."""

from collections.abc import Sequence

import duckdb

from tracking_pipeline.errors import LandingError
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.landing.journal import Entry
from tracking_pipeline.landing.ledger import Delivery
from tracking_pipeline.landing.settled import settle
from tracking_pipeline.sources.registry import SOURCES
from tracking_pipeline.state.moments import naive_utc


def open_batch(con: duckdb.DuckDBPyConnection, batch_id: int, entries: Sequence[Entry]) -> set[str]:
    """Fill the temporary table ``batch_files`` and return the file ids that have to be read.

    The others are copies: an earlier delivery that was read, or an earlier file of the batch, is
    the same bytes and is read the same way.
    """
    originals = _originals(con, entries)
    con.execute(
        _BATCH_FILES,
        {
            "batch_id": batch_id,
            "source": entries[0].delivery.source,
            "position": list(range(len(entries))),
            "file_id": [entry.file_id for entry in entries],
            "relative_path": [entry.delivery.relative_path for entry in entries],
            "content_hash": [entry.content_hash for entry in entries],
            "object_hash": [entry.object_hash for entry in entries],
            "size_bytes": [entry.delivery.size for entry in entries],
            "start_offset": [entry.start_offset for entry in entries],
            "received_at": [naive_utc(entry.received_at) for entry in entries],
            "original_id": [originals.get(entry.file_id) for entry in entries],
            "is_rewritten": [_is_rewritten(entry.delivery) for entry in entries],
        },
    )
    con.execute(_NO_COUNTS)
    rows = con.execute("select file_id from batch_files where original_id is null").fetchall()
    return {row[0] for row in rows}


def count_fates(con: duckdb.DuckDBPyConnection, kind: str, parsed: str) -> None:
    """Count the fates of ``parsed`` by file, and quarantine the records that contradict."""
    con.execute(_COUNT_PARSED.format(parsed=parsed))
    con.execute(_COUNT_LOSERS.format(parsed=parsed))
    con.execute(_QUARANTINE_CONFLICTS.format(parsed=parsed), {"kind": kind})


def close_batch(con: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> None:
    """Write quarantine, findings and manifest of the batch; LandingError when a record is lost."""
    con.execute(_QUARANTINE_REJECTED)
    failpoint("ingest.quarantine_written")
    con.execute(_FINDINGS)
    con.execute(_REWRITTEN)
    failpoint("ingest.findings_written")
    con.execute(_MANIFEST_READ)
    con.execute(_MANIFEST_COPIES)
    settle(con, entries)
    lost = con.execute(_UNBALANCED).fetchall()
    if lost:
        path, n_records, n_fates = lost[0]
        raise LandingError(
            path, f"{n_records} records were read, {n_fates} have a fate", "Report this defect"
        )


def _originals(con: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> dict[str, str]:
    """Return of each copy by its file id that of the file whose rows are its own."""
    source = SOURCES[entries[0].delivery.source]
    read = con.execute(_READ, [source.name, [entry.content_hash for entry in entries]]).fetchall()
    first: dict[tuple[str, str], str] = {}
    unfinished: dict[tuple[str, str], str] = {}
    for content_hash, path, file_id, is_finished in read:
        found = first if is_finished else unfinished
        found.setdefault((content_hash, source.reading(path)), file_id)
    copies = {}
    for entry in entries:
        key = entry.content_hash, source.reading(entry.delivery.relative_path)
        if entry.replays:
            continue
        if not entry.is_complete and key not in first and key in unfinished:
            copies[entry.file_id] = unfinished[key]
        elif first.setdefault(key, entry.file_id) != entry.file_id:
            copies[entry.file_id] = first[key]
    return copies


def _is_rewritten(delivery: Delivery) -> bool:
    return SOURCES[delivery.source].is_rewritten(delivery.relative_path)


_READ = """
select content_hash, relative_path, file_id, n_pending = 0 as is_finished
from landing.manifest
where
    source = $1
    and outcome = 'loaded'
    and content_hash in (select unnest($2))
order by batch_id, file_id
"""

_BATCH_FILES = """
create or replace temp table batch_files as
select
    $batch_id::bigint as batch_id,
    $source::varchar as source,
    unnest($position) as position,
    unnest($file_id) as file_id,
    unnest($relative_path) as relative_path,
    unnest($content_hash) as content_hash,
    unnest($object_hash) as object_hash,
    unnest($size_bytes) as size_bytes,
    unnest($start_offset) as start_offset,
    unnest($received_at) as received_at,
    unnest($original_id::varchar[]) as original_id,
    unnest($is_rewritten) as is_rewritten,
"""

_NO_COUNTS = """
create or replace temp table batch_counts (
    file_id varchar, n_parsed bigint, n_duplicate bigint, n_conflicting bigint,
    first_observed_at timestamp, last_observed_at timestamp
)
"""

_COUNT_PARSED = """
insert into batch_counts
select file_id, count(*), 0, 0, min(observed_at), max(observed_at)
from {parsed}
group by file_id
"""

_COUNT_LOSERS = """
insert into batch_counts
select
    p.file_id, 0, count(*) filter (not l.is_conflict),
    count(*) filter (l.is_conflict), null, null
from losers as l
inner join {parsed} as p on p.rowid = l.row_id
group by p.file_id
"""

_QUARANTINE_CONFLICTS = """
insert into landing.quarantine
select
    md5(concat_ws(':', p.file_id, p.line_number, p.byte_offset, p.record_id)),
    p.file_id, f.batch_id, f.source, f.relative_path, $kind, p.line_number,
    f.start_offset + p.byte_offset, 'conflicting_duplicate',
    'another record of this identity was accepted before with other contents',
    null, null, 'quarantined', f.received_at, p.observed_at, null
from losers as l
inner join {parsed} as p on p.rowid = l.row_id
inner join batch_files as f using (file_id)
where l.is_conflict
"""

_QUARANTINE_REJECTED = """
insert into landing.quarantine
select
    md5(concat_ws(':', r.file_id, r.line_number, r.byte_offset, r.reason_code)),
    r.file_id, f.batch_id, f.source, f.relative_path, r.kind, r.line_number,
    f.start_offset + r.byte_offset, r.reason_code, r.reason, r.raw, r.raw_size, 'quarantined',
    f.received_at, r.observed_at, r.record_id
from rejected as r
inner join batch_files as f using (file_id)
"""

_FINDINGS = """
insert into landing.findings
select
    p.file_id, f.batch_id, f.source, p.kind, p.finding, p.field, p.n_records
from parsed_findings as p
inner join batch_files as f using (file_id)
"""

# An older version of the path was read before and is not where this one goes on from. It concerns
# the file and none of its records.
_REWRITTEN = """
insert into landing.findings
with previous as (
    select
        f.file_id,
        arg_max(m.size_bytes, m.batch_id) as size_bytes,
        arg_max(m.content_hash, m.batch_id) as content_hash,
    from batch_files as f
    inner join landing.manifest as m using (source, relative_path)
    group by f.file_id
)

select
    f.file_id, f.batch_id, f.source, null,
    if(f.size_bytes < p.size_bytes, 'file_shrunk', 'file_rewritten'), null, 0
from batch_files as f
inner join previous as p using (file_id)
where
    f.start_offset = 0
    and f.content_hash <> p.content_hash
    and not f.is_rewritten
"""

_MANIFEST_READ = """
insert into landing.manifest
with counts as (
    select
        file_id,
        sum(n_parsed) as n_parsed,
        sum(n_duplicate) as n_duplicate,
        sum(n_conflicting) as n_conflicting,
        min(first_observed_at) as first_observed_at,
        max(last_observed_at) as last_observed_at,
    from batch_counts
    group by file_id
)

select
    f.file_id, f.batch_id, f.source, f.relative_path, f.content_hash,
    f.object_hash, f.size_bytes, f.start_offset,
    f.start_offset + o.end_offset, o.format,
    if(o.file_reason_code is null, 'loaded', 'rejected'), o.file_reason,
    f.received_at, c.first_observed_at, c.last_observed_at, o.n_records,
    coalesce(c.n_parsed - c.n_duplicate - c.n_conflicting, 0),
    coalesce(c.n_duplicate, 0),
    o.n_rejected + coalesce(c.n_conflicting, 0), o.n_blank, o.n_pending
from batch_files as f
inner join file_outcomes as o using (file_id)
left join counts as c using (file_id)
"""

# The records of a file that grew are those of all its segments since it was last read whole.
_MANIFEST_COPIES = """
insert into landing.manifest
with originals as (
    select f.file_id as copy_id, m.*
    from batch_files as f
    inner join landing.manifest as m on f.original_id = m.file_id
),

versions as (
    select
        o.copy_id,
        m.*,
        max(m.batch_id) filter (
            m.start_offset = 0 or m.outcome = 'duplicate_delivery'
        ) over (partition by o.copy_id) as whole_batch_id,
    from originals as o
    inner join landing.manifest as m using (source, relative_path)
    where m.batch_id <= o.batch_id
    -- A last line that was read without its end is read again with it.
    qualify
        row_number() over (
            partition by o.copy_id, m.start_offset order by m.batch_id desc
        ) = 1
),

contents as (
    select
        copy_id,
        sum(n_accepted + n_duplicate + n_quarantined) as n_duplicate,
        sum(n_blank) as n_blank,
        arg_max(n_pending, batch_id) as n_pending,
        min(first_observed_at) as first_observed_at,
        max(last_observed_at) as last_observed_at,
    from versions
    where batch_id >= whole_batch_id
    group by copy_id
)

select
    f.file_id, f.batch_id, f.source, f.relative_path, f.content_hash,
    f.object_hash, f.size_bytes, f.start_offset, o.end_offset, o.format,
    if(o.outcome = 'rejected', 'rejected', 'duplicate_delivery'),
    'the same bytes as ' || o.relative_path,
    f.received_at, c.first_observed_at, c.last_observed_at,
    c.n_duplicate + c.n_blank + c.n_pending, 0, c.n_duplicate, 0, c.n_blank,
    c.n_pending
from batch_files as f
inner join originals as o on f.file_id = o.copy_id
inner join contents as c on f.file_id = c.copy_id
"""

_UNBALANCED = """
select
    m.relative_path,
    m.n_records,
    m.n_accepted + m.n_duplicate + m.n_quarantined + m.n_blank + m.n_pending
        as n_fates,
from batch_files as f
left join landing.manifest as m using (file_id, batch_id)
where m.n_records is null or m.n_records <> n_fates
order by f.position
"""
