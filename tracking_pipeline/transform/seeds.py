"""Seed files: CSV with declared column types, or those that dbt would infer."""

import csv
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

import duckdb

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.transform.nodes import Node
from tracking_pipeline.warehouse.swap import quote

_NULLS = ("", "null")
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")


def create_seed(con: duckdb.DuckDBPyConnection, node: Node, relation: str) -> None:
    """Create the table ``relation`` with the rows of the seed's file; empty fields are NULL."""
    header, rows = read_seed(node)
    declared = {name: str(kind) for name, kind in node.config.get("column_types", {}).items()}
    types = [
        declared.get(name) or _inferred(row[position] for row in rows)
        for position, name in enumerate(header)
    ]
    columns = ", ".join(f"{quote(name)} {kind}" for name, kind in zip(header, types, strict=True))
    con.execute(f"create table {relation} ({columns})")
    values = ", ".join(f"fields[{position}]" for position in range(1, len(header) + 1))
    fields = [[field or None for field in row] for row in rows]
    con.execute(
        f"insert into {relation} select {values} from (select unnest(?::varchar[][]) as fields)",
        [fields],
    )


def read_seed(node: Node) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a seed's file; ProjectError for a row of another width."""
    with node.path.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.reader(stream, delimiter=str(node.config.get("delimiter", ","))))
    if not lines:
        raise ProjectError(str(node.path), "has no header", "Write the column names on line 1")
    header, *rows = (line for line in lines if line)
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            raise ProjectError(
                str(node.path),
                f"row {number} has {len(row)} fields and the header {len(header)}",
                "Quote a field that holds the delimiter",
            )
    return header, rows


def lines_of(node: Node, found: Mapping[str, object]) -> list[int]:
    """Return the lines of a seed's file that hold all texts of a row that was found in it."""
    header, rows = read_seed(node)
    texts = {header.index(key): text for key, text in found.items() if key in header and text}
    texts = {at: text for at, text in texts.items() if isinstance(text, str)}
    return [
        number
        for number, row in enumerate(rows, start=2)
        if texts and all(row[at] == text for at, text in texts.items())
    ]


def _inferred(fields: Iterable[str]) -> str:
    """Return the first type that every field fits, in the order in which dbt tries them."""
    given = [field.strip() for field in fields if field.strip().lower() not in _NULLS]
    kinds: Sequence[tuple[str, Callable[[str], bool]]] = (
        ("integer", _is_integral),
        ("double", _is_number),
        ("date", lambda field: _matches(field, "%Y-%m-%d")),
        (
            "timestamp",
            lambda field: _matches(field, "%Y-%m-%d %H:%M:%S") or bool(_ISO.match(field)),
        ),
        ("boolean", lambda field: field.lower() in ("true", "false")),
    )
    for kind, fits in kinds:
        if all(fits(field) for field in given):
            return kind
    return "varchar"


def _is_number(field: str) -> bool:
    try:
        return Decimal(field).is_finite()
    except InvalidOperation:
        return False


def _is_integral(field: str) -> bool:
    return _is_number(field) and Decimal(field) == Decimal(field).to_integral_value()


def _matches(field: str, pattern: str) -> bool:
    try:
        datetime.strptime(field, pattern)  # noqa: DTZ007 - only whether it parses
    except ValueError:
        return False
    return True
