"""Compares the relations of two DuckDB files, row by row."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

_RELATIVE_TOLERANCE = 1e-9


def assert_equal_relations(ours_db: Path, dbt_db: Path, relations: Iterable[str]) -> None:
    """Assert that each ``schema.table`` has the same columns, types and rows in both files.

    Rows are compared as multisets, numbers within 1e-9 relative.
    """
    with (
        duckdb.connect(str(ours_db), read_only=True) as ours,
        duckdb.connect(str(dbt_db), read_only=True) as theirs,
    ):
        for relation in relations:
            _assert_equal(relation, ours, theirs)


def _assert_equal(
    relation: str, ours: duckdb.DuckDBPyConnection, theirs: duckdb.DuckDBPyConnection
) -> None:
    described = [con.execute(f"describe {relation}").fetchall() for con in (ours, theirs)]
    columns, expected_columns = ([(row[0], row[1]) for row in each] for each in described)
    assert columns == expected_columns, f"{relation} has other columns"
    query = f"select * from {relation} order by all"
    rows, expected = (con.execute(query).fetchall() for con in (ours, theirs))
    assert len(rows) == len(expected), f"{relation} has {len(rows)} rows, not {len(expected)}"
    if rows == expected:
        return
    for row, other in zip(rows, expected, strict=True):
        assert is_close(row, other), f"{relation}: {row} is not {other}"


def is_close(value: object, other: object) -> bool:
    """Return whether two values are equal, floats within the tolerance, at any depth."""
    if isinstance(value, float) and isinstance(other, float):
        both_nan = math.isnan(value) and math.isnan(other)
        return both_nan or math.isclose(value, other, rel_tol=_RELATIVE_TOLERANCE)
    if isinstance(value, dict) and isinstance(other, dict):
        return is_close(list(value.items()), list(other.items()))
    if isinstance(value, Sequence) and isinstance(other, Sequence) and not isinstance(value, str):
        return len(value) == len(other) and all(map(is_close, value, other))
    return type(value) is type(other) and value == other
