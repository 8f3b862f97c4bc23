"""The temporary tables that a call fills, and what is said of each file at its end."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb

from tracking_pipeline.sources.intake import FileCount
from tracking_pipeline.sources.privacy import quoted
from tracking_pipeline.sources.projection import parsed_columns
from tracking_pipeline.sources.record import Source
from tracking_pipeline.warehouse.swap import quote

_TABLES = {
    "rejected": (
        "file_id varchar, kind varchar, line_number bigint, byte_offset bigint, "
        "reason_code varchar, reason varchar, raw blob, raw_size bigint, observed_at timestamp, "
        "record_id varchar"
    ),
    "file_outcomes": (
        "file_id varchar, format varchar, end_offset bigint, n_records bigint, "
        "n_rejected bigint, n_blank bigint, n_pending bigint, "
        "file_reason_code varchar, file_reason varchar"
    ),
    "parsed_findings": (
        "file_id varchar, kind varchar, finding varchar, field varchar, n_records bigint"
    ),
    "parsed_people": "pseudonym varchar, email varchar, name varchar, file_id varchar",
}

# A time that was placed by the moment beside it, and not as its person's declared zone would.
_MISMATCHES = """
insert into parsed_findings
select p.file_id, '{kind}', 'timezone_mismatch', 'timestamp', count(*)
from {parsed} as p
inner join (
    select unnest($people::varchar[]) as pseudonym, unnest($zones::varchar[]) as zone
) as d on p.engineer_hash = d.pseudonym
where
    p.zone_basis = 'created_at'
    and timezone(d.zone, timezone('UTC', p.observed_at)) <> p.local_at
group by p.file_id
"""
_NAMED = {
    True: "select engineer_hash, person_email, person_name, file_id, observed_at from {}",
    False: "select engineer_hash, person_email, null, file_id, observed_at from {}",
}
_PEOPLE = """
insert into parsed_people
select
    engineer_hash,
    lower(trim(person_email, e' \\t\\r\\n')) as email,
    arg_max(person_name, observed_at) filter (person_name is not null),
    file_id
from ({}) as named (engineer_hash, person_email, person_name, file_id, observed_at)
where engineer_hash is not null
group by engineer_hash, email, file_id
"""


def create_tables(con: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Make the temporary tables of ``source`` anew, empty."""
    parsed = {
        f"parsed_{kind.name}": ", ".join(f"{quote(n)} {t}" for n, t in parsed_columns(kind))
        for kind in source.kinds
    }
    for name, columns in (parsed | _TABLES).items():
        con.execute(f"create or replace temp table {quote(name)} ({columns})")


def write_outcomes(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    counts: Sequence[FileCount],
    zones: Mapping[str, str],
) -> None:
    """Fill ``file_outcomes``, ``parsed_findings`` and ``parsed_people``.

    ``zones`` are those that the settings declare, by pseudonym.
    """
    _insert(con, "file_outcomes", [_outcome(count) for count in counts])
    _insert(con, "parsed_findings", [row for count in counts for row in _findings(count)])
    for kind in source.kinds:
        if kind.labels is not None:
            decided, label = map(quote, kind.labels)
            con.execute(
                "insert into parsed_findings "
                f"select file_id, '{kind.name}', 'label_mismatch', '{kind.labels[1]}', count(*) "
                f"from {quote(f'parsed_{kind.name}')} where {decided} <> {label} group by file_id"
            )
        if "zone_basis" in kind.circumstances:
            query = _MISMATCHES.format(kind=kind.name, parsed=quote(f"parsed_{kind.name}"))
            con.execute(query, {"people": list(zones), "zones": list(zones.values())})
    named = [
        _NAMED[kind.person.name is not None].format(quote(f"parsed_{kind.name}"))
        for kind in source.kinds
        if kind.person is not None
    ]
    if named:
        con.execute(_PEOPLE.format(" union all ".join(named)))


def _outcome(count: FileCount) -> tuple[object, ...]:
    return (
        count.file.file_id,
        count.format,
        count.end_offset,
        count.n_records,
        count.n_rejected,
        count.n_blank,
        count.n_pending,
        count.reason_code,
        count.reason,
    )


def _findings(count: FileCount) -> Iterator[tuple[object, ...]]:
    for finding, name in count.findings:
        yield count.file.file_id, None, finding, quoted(name, 200), 1
    for (kind, name), times in sorted(count.unknown.items()):
        yield count.file.file_id, kind, "unknown_field", quoted(name, 200), times
    for (kind, name), times in sorted(count.lost.items()):
        if not count.held[kind, name]:
            yield count.file.file_id, kind, "removed_field", name, times


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Insert through one list a column: row by row, 10,000 files would take half a minute."""
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    unnested = ", ".join("unnest(?)" for _ in columns)
    con.execute(f"insert into {quote(table)} select {unnested}", columns)
