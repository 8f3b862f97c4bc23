"""The columns of every SQL model and what they are made of, found without any data."""

from collections.abc import Mapping
from dataclasses import dataclass

import dagster as dg

from tracking_pipeline.pipeline import building
from tracking_pipeline.transform.kept import once
from tracking_pipeline.transform.nodes import Column


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


@once
def shapes() -> dict[str, Shape]:
    """Return the shape of each relation, by ``schema.name``."""
    nodes, found = building.sql_project().nodes, building.columns()
    parents = {f"{nodes[name].schema}.{name}": made_of for name, made_of in found.made_of.items()}
    return {name: Shape(types, parents.get(name, {})) for name, types in found.types.items()}
