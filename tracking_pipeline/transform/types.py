"""The types of every relation's columns, found without any data."""

from collections import defaultdict

import duckdb

from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import render
from tracking_pipeline.warehouse.swap import quote

_VARIABLES = {"reporting_timezone": "UTC"}
_COLUMNS = """
select table_schema || '.' || table_name, column_name, data_type
from information_schema.columns
order by table_schema, table_name, ordinal_position
"""


def column_types(con: duckdb.DuckDBPyConnection, project: Project) -> dict[str, dict[str, str]]:
    """Return the columns of each relation with their types, by ``schema.table``.

    ``con`` is a database in memory that holds the project's sources, empty; the models are made in
    it as empty tables: a view is bound anew, with all below it, wherever it is read.
    """
    for _ in build(con, project, select=[*project.seeds], run_tests=False):
        pass
    for model in project.models.values():
        sql = render(project, model, variables=_VARIABLES, incremental=False)
        con.execute(f"create schema if not exists {quote(model.schema)}")
        con.execute(f"create table {model.relation} as from ({sql}) limit 0")
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for relation, column, data_type in con.execute(_COLUMNS).fetchall():
        found[relation][column] = data_type
    return dict(found)
