"""What tells one content of a table from another, whatever the order of its rows."""

from dataclasses import dataclass

import duckdb

from tracking_pipeline.warehouse.swap import quote


@dataclass(frozen=True)
class Digest:
    """Columns with their types, and of the rows their number and the sum of their hashes.

    A sum, so that rows that come and go change it by their own alone.
    """

    columns: str
    n_rows: int
    hashes: int

    def __str__(self) -> str:
        """Return one text for all of it."""
        return f"{self.n_rows}/{self.hashes}/{self.columns}"

    def after(self, gone: "Digest", come: "Digest") -> "Digest":
        """Return the digest when the rows of ``gone`` have left and those of ``come`` arrived."""
        n_rows = self.n_rows - gone.n_rows + come.n_rows
        return Digest(self.columns, n_rows, self.hashes - gone.hashes + come.hashes)


def digest(con: duckdb.DuckDBPyConnection, relation: str, where: str = "true") -> Digest:
    """Return the digest of a table or view, or of those of its rows for which ``where`` holds."""
    described = con.execute(f"describe {relation}").fetchall()
    columns = [(name, kind) for name, kind, *_ in described]
    names = ", ".join(f"this.{quote(name)}" for name, _ in columns)
    n_rows, hashes = con.execute(
        f"select count(*), coalesce(sum(hash({names})), 0) from {relation} as this where {where}"
    ).fetchall()[0]
    return Digest(repr(columns), int(n_rows), int(hashes))
