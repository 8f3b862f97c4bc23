"""The columns of every SQL model and what they are made of, found without any data."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import dagster as dg
import duckdb

from tracking_pipeline import pipeline
from tracking_pipeline.landing.tables import create_tables
from tracking_pipeline.transform.build import build
from tracking_pipeline.transform.lineage import column_lineage
from tracking_pipeline.transform.nodes import Column

_COLUMNS = """
select table_schema || '.' || table_name, column_name, data_type
from information_schema.columns
order by table_schema, table_name, ordinal_position
"""


@dataclass(frozen=True)
class Shape:
    """A relation's column types, and for each column the (relation, column) pairs it is made of."""

    types: Mapping[str, str]
    parents: Mapping[str, list[tuple[str, str]]]

    def schema(self, described: Mapping[str, Column]) -> dg.TableSchema:
        """Return the columns with the descriptions that the project gives them."""
        return dg.TableSchema(
            [
                dg.TableColumn(name, sql_type, described[name].description)
                if name in described
                else dg.TableColumn(name, sql_type)
                for name, sql_type in self.types.items()
            ]
        )

    def lineage(self) -> dg.TableColumnLineage:
        """Return what each column depends on, by asset."""
        return dg.TableColumnLineage(
            {
                column: [
                    dg.TableColumnDep(dg.AssetKey(relation.split(".")), parent)
                    for relation, parent in parents
                ]
                for column, parents in self.parents.items()
            }
        )


@cache
def shapes() -> dict[str, Shape]:
    """Return the shape of each relation, by ``schema.name``: seconds, so once a process.

    All models are built in memory on empty landing tables, so that it holds before the first run.
    """
    project = pipeline.sql_project()
    with duckdb.connect() as con:
        create_tables(con)
        for _ in build(con, project, variables={"reporting_timezone": "UTC"}, run_tests=False):
            pass
        types: defaultdict[str, dict[str, str]] = defaultdict(dict)
        for relation, column, sql_type in con.execute(_COLUMNS).fetchall():
            types[relation][column] = sql_type
    lineage = column_lineage(project, types)
    parents = {f"{project.nodes[name].schema}.{name}": made_of for name, made_of in lineage.items()}
    return {name: Shape(columns, parents.get(name, {})) for name, columns in types.items()}
