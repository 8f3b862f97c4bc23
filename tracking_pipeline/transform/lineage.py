"""Which columns each column of a model is made of, read from the rendered SQL."""

from collections.abc import Mapping

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node as LineageNode
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

from tracking_pipeline.transform.nodes import Node, Relation
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.render import render
from tracking_pipeline.transform.seeds import read_seed

_DIALECT = "duckdb"
Parents = list[tuple[str, str]]


def column_lineage(
    project: Project, schemas: Mapping[str, Mapping[str, str]]
) -> dict[str, dict[str, Parents]]:
    """Return for each model and column the (parent relation, column) pairs it is made of.

    ``schemas`` maps ``schema.table`` to column types, as found in the warehouse; relations are
    named likewise. What it lacks is taken from the YAML of sources, the files of seeds and the
    models before. A model whose SQL cannot be resolved has an empty mapping.
    """
    known = {str(source.relation): [*source.columns] for source in project.sources.values()}
    known |= {str(seed.relation): read_seed(seed)[0] for seed in project.seeds.values()}
    known |= {_quoted(relation): [*columns] for relation, columns in schemas.items()}
    found: dict[str, dict[str, Parents]] = {}
    catalog = MappingSchema(dialect=_DIALECT)
    for relation, columns in known.items():
        _add(catalog, relation, columns)
    for name, model in project.models.items():
        found[name] = _of_model(project, model, catalog)
        if str(model.relation) not in known:
            _add(catalog, str(model.relation), [*found[name]])
    return found


def _add(catalog: MappingSchema, relation: str, columns: list[str]) -> None:
    if columns:
        catalog.add_table(relation, dict.fromkeys(columns, "unknown"), dialect=_DIALECT)


def _quoted(relation: str) -> str:
    schema, _, name = relation.partition(".")
    return str(Relation(schema, name))


def _of_model(project: Project, model: Node, catalog: MappingSchema) -> dict[str, Parents]:
    sql = render(project, model, variables={}, incremental=False)
    try:
        query = qualify(
            parse_one(sql, dialect=_DIALECT),
            dialect=_DIALECT,
            schema=catalog,
            identify=False,
            validate_qualify_columns=False,
        )
        _align_unions_by_name(query)
        roots = lineage(
            None,
            query,
            catalog,
            dialect=_DIALECT,
            scope=build_scope(query),
            trim_selects=False,
            copy=False,
        )
    except (SqlglotError, ValueError, RecursionError):
        return {}
    return {column: _parents(root) for column, root in roots.items() if column != "*"}


def _align_unions_by_name(query: exp.Expr) -> None:
    """Put the columns of each right side in the order of the left: lineage goes by position."""
    for union in query.find_all(exp.SetOperation):
        if union.args.get("by_name"):
            right = union.expression
            columns = {column.alias_or_name: column for column in right.selects}
            right.set(
                "expressions",
                [columns.get(name, exp.alias_(exp.Null(), name)) for name in union.named_selects],
            )


def _parents(root: LineageNode) -> Parents:
    found = {
        (f"{leaf.source.db}.{leaf.source.name}", leaf.name.rsplit(".", 1)[-1].strip('"'))
        for leaf in root.walk()
        if isinstance(leaf.source, exp.Table) and "." in leaf.name
    }
    return sorted(found)
