"""Which columns each column of a model is made of, read from the rendered SQL."""

from collections.abc import Mapping

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node as LineageNode
from sqlglot.lineage import lineage
from sqlglot.schema import MappingSchema

from tracking_pipeline.transform.nodes import Node
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import render

_DIALECT = "duckdb"
Parents = list[tuple[str, str]]


def column_lineage(
    project: Project, schemas: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, Parents]]:
    """Return for each model and column the (parent relation, column) pairs it is made of.

    ``schemas`` maps ``schema.table`` to column types, as found in the warehouse; relations are
    named likewise. A model whose SQL cannot be resolved has an empty mapping.
    """
    known = MappingSchema(dialect=_DIALECT)
    for relation, columns in schemas.items():
        known.add_table(relation, dict(columns), dialect=_DIALECT)
    return {name: _of_model(project, model, known) for name, model in project.models.items()}


def _of_model(project: Project, model: Node, known: MappingSchema) -> dict[str, Parents]:
    sql = render(project, model, variables={}, incremental=False)
    try:
        roots = lineage(None, sql, known, dialect=_DIALECT)
    except (SqlglotError, ValueError, RecursionError):
        return {}
    return {column: _parents(root) for column, root in roots.items() if column != "*"}


def _parents(root: LineageNode) -> Parents:
    found = {
        (f"{leaf.source.db}.{leaf.source.name}", leaf.name.rsplit(".", 1)[-1].strip('"'))
        for leaf in root.walk()
        if isinstance(leaf.source, exp.Table) and "." in leaf.name
    }
    return sorted(found)
