"""What the manifest knows about earlier deliveries."""

from collections.abc import Sequence

import duckdb

from tracking_pipeline.landing.archive import Resume

# A file of these formats may be read on from where an older version of it was left.
_APPENDABLE = ["jsonl"]


def newest_batch(con: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the last committed batch, 0 before the first."""
    rows = con.execute("select coalesce(max(batch_id), 0) from landing.manifest").fetchall()
    return int(rows[0][0])


def known_files(
    con: duckdb.DuckDBPyConnection, file_ids: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Return the hashes of content and object of each of ``file_ids`` that has been dealt with."""
    rows = con.execute(
        "select file_id, content_hash, object_hash from landing.manifest "
        "where file_id in (select unnest($1::varchar[]))",
        [list(file_ids)],
    ).fetchall()
    return {row[0]: (row[1], row[2]) for row in rows}


def unfinished_files(con: duckdb.DuckDBPyConnection, file_ids: Sequence[str]) -> set[str]:
    """Return those of ``file_ids`` whose last line was not ended, and waits."""
    rows = con.execute(
        "select file_id from landing.manifest "
        "where n_pending > 0 and file_id in (select unnest($1::varchar[]))",
        [list(file_ids)],
    ).fetchall()
    return {row[0] for row in rows}


def without_erased(con: duckdb.DuckDBPyConnection, content_hashes: Sequence[str]) -> dict[str, str]:
    """Return the object of each content out of which a person was cut, by its hash as delivered."""
    rows = con.execute(
        "select content_hash, object_hash from landing.manifest where start_offset = 0 "
        "and object_hash <> content_hash and content_hash in (select unnest($1::varchar[]))",
        [list(content_hashes)],
    ).fetchall()
    return dict(rows)


def resumes(
    con: duckdb.DuckDBPyConnection, source: str, relative_paths: Sequence[str]
) -> dict[str, Resume]:
    """Return the last version of each path that a longer one may be read on from."""
    rows = con.execute(_LAST_VERSIONS, [source, list(relative_paths), _APPENDABLE]).fetchall()
    return {path: Resume(*version) for path, *version in rows}


_LAST_VERSIONS = """
select relative_path, size_bytes, content_hash, end_offset
from landing.manifest
where source = $1 and relative_path in (select unnest($2::varchar[]))
qualify
    row_number() over (partition by relative_path order by batch_id desc) = 1
    and outcome <> 'rejected'
    and format in (select unnest($3::varchar[]))
"""
