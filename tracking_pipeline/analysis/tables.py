"""The tables of the ``analysis`` schema: computed beside, then put in place together."""

import duckdb

from tracking_pipeline.analysis.trends import claims, trends
from tracking_pipeline.failpoints import failpoint
from tracking_pipeline.warehouse.connection import transaction
from tracking_pipeline.warehouse.swap import quote, swap

_TABLES = {"trends": trends, "claims": claims}


def write_tables(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Replace ``analysis.trends`` and ``analysis.claims`` in one transaction; return their rows."""
    written = {}
    with transaction(con):
        con.execute("create schema if not exists analysis")
        for name, compute in _TABLES.items():
            frame = compute(con)
            built = f"{name}__new"
            con.register("computed", frame)
            con.execute(f"create table analysis.{quote(built)} as from computed")
            con.unregister("computed")
            failpoint(f"analysis.{name}_built")
            swap(con, "analysis", built, name)
            written[name] = frame.height
    return written
