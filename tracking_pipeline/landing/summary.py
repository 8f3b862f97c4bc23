"""What a pass of loading did, in figures."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Failure:
    """A file that could not be loaded, below its source's folder, and why."""

    source: str
    relative_path: str
    error: str


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
            f"{self.n_files} files ({self.size_mb:,.1f} MB) in {self.seconds:.1f} s: "
            f"{self.n_records} records = {self.n_accepted} accepted + {self.n_duplicate} duplicate "
            f"+ {self.n_quarantined} quarantined + {self.n_blank} blank + {self.n_pending} pending"
        )
        failed = [f"failed: {f.source}/{f.relative_path}: {f.error}" for f in self.failures]
        return "\n".join([line, *failed])


def summarise(
    con: duckdb.DuckDBPyConnection,
    batch_ids: Sequence[int],
    seconds: float,
    failures: Sequence[Failure],
) -> IngestSummary:
    """Add up the manifest rows of ``batch_ids``."""
    totals = con.execute(_TOTALS, [list(batch_ids)]).pl().row(0, named=True)
    return IngestSummary(**totals, seconds=seconds, failures=tuple(failures))


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
