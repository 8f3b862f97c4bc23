"""What a pass of loading did, in figures."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from tracking_pipeline.listing import counted


@dataclass(frozen=True)
class Failure:
    """A file that could not be loaded, below its source's folder, and why."""

    source: str
    relative_path: str
    error: str


@dataclass(frozen=True)
class Refusal:
    """How many records of a file were refused for a like reason: that of the first of them.

    ``line`` is None when the whole file was refused; of what has no lines it counts records.
    """

    source: str
    relative_path: str
    reason: str
    n_records: int
    line: int | None
    has_lines: bool

    def sentence(self) -> str:
        """Return it as one line for people."""
        path = f"{self.source}/{self.relative_path}"
        if self.line is None:
            return f"{path}: {self.reason}"
        place = f"{'line' if self.has_lines else 'record'} {self.line}"
        if self.n_records > 1:
            place = f"{self.n_records} records, the first at {place}"
        return f"{path}: {place}: {self.reason}"


@dataclass(frozen=True)
class IngestSummary:
    """Files by outcome and records by fate; ``n_records`` is the sum of the five fates."""

    n_loaded: int
    n_duplicate_deliveries: int
    n_rejected: int
    size_bytes: int
    n_records: int
    n_accepted: int
    n_duplicate: int
    n_quarantined: int
    n_blank: int
    n_pending: int
    seconds: float
    failures: tuple[Failure, ...]
    refusals: tuple[Refusal, ...]

    @property
    def n_files(self) -> int:
        """Deliveries that were dealt with, failures included."""
        done = self.n_loaded + self.n_duplicate_deliveries + self.n_rejected
        return done + len(self.failures)

    @property
    def size_mb(self) -> float:
        """Size of the loaded files in megabytes."""
        return self.size_bytes / 1e6

    def sentence(self) -> str:
        """Return the figures as one line for people, and a line for each failure."""
        line = (
            f"{counted(self.n_files, 'file')} ({self.size_mb:,.1f} MB) in {self.seconds:.1f} s: "
            f"{self.n_records} records = {self.n_accepted} accepted + {self.n_duplicate} duplicate "
            f"+ {self.n_quarantined} quarantined + {self.n_blank} blank + {self.n_pending} pending"
        )
        lines = [line]
        if self.n_duplicate_deliveries:
            lines.append(
                f"already delivered before: {counted(self.n_duplicate_deliveries, 'file')}"
            )
        lines += [f"failed: {f.source}/{f.relative_path}: {f.error}" for f in self.failures]
        return "\n".join(lines)


def summarise(
    con: duckdb.DuckDBPyConnection,
    batch_ids: Sequence[int],
    seconds: float,
    failures: Sequence[Failure],
) -> IngestSummary:
    """Add up the manifest rows of ``batch_ids``, and their refused records by like reasons."""
    totals = con.execute(_TOTALS, [list(batch_ids)]).pl().row(0, named=True)
    refused = con.execute(_REFUSALS, [list(batch_ids)]).fetchall()
    refusals = tuple(Refusal(*row) for row in refused)
    return IngestSummary(**totals, seconds=seconds, failures=tuple(failures), refusals=refusals)


# What was read but for its last line, and then read on, is one file, of which nothing is pending.
_TOTALS = """
with delivered as (
    select
        *,
        lead(true, 1, false) over (
            partition by source, relative_path, content_hash order by batch_id
        ) as is_read_on,
    from landing.manifest
    where batch_id in (select unnest($1::bigint[]))
)

select
    count(*) filter (outcome = 'loaded' and not is_read_on) as n_loaded,
    count(*) filter (outcome = 'duplicate_delivery' and not is_read_on)
        as n_duplicate_deliveries,
    count(*) filter (outcome = 'rejected') as n_rejected,
    coalesce(sum(if(is_read_on, end_offset, size_bytes) - start_offset), 0)::bigint
        as size_bytes,
    coalesce(sum(n_records - if(is_read_on, n_pending, 0)), 0)::bigint as n_records,
    coalesce(sum(n_accepted), 0)::bigint as n_accepted,
    coalesce(sum(n_duplicate), 0)::bigint as n_duplicate,
    coalesce(sum(n_quarantined), 0)::bigint as n_quarantined,
    coalesce(sum(n_blank), 0)::bigint as n_blank,
    coalesce(sum(n_pending) filter (not is_read_on), 0)::bigint as n_pending,
from delivered
"""

# Reasons that differ in the values they quote are alike. Each line before a record takes a byte:
# a number that is beyond that counts records, of a list inside an object.
_REFUSALS = """
select
    q.source, q.relative_path, arg_min(q.reason, (q.line_number, q.byte_offset)),
    count(*), min(q.line_number),
    regexp_matches(any_value(m.format), '^(json|csv)')
    and coalesce(bool_and(q.line_number - 1 <= q.byte_offset), true),
from landing.quarantine as q
inner join landing.manifest as m using (file_id, batch_id)
where q.batch_id in (select unnest($1::bigint[]))
group by
    q.source, q.relative_path, q.reason_code, q.batch_id,
    regexp_replace(q.reason, '''[^'']*''|[0-9.]+', '', 'g')
order by q.batch_id, q.relative_path, min(q.line_number), min(q.byte_offset)
"""
