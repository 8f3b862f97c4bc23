"""What has to be built after source tables have new rows."""

from collections.abc import Collection, Mapping
from typing import Any

import duckdb

from tracking_pipeline.transform.materialize import Work
from tracking_pipeline.transform.nodes import Node
from tracking_pipeline.transform.project import Project


def changed_by(
    con: duckdb.DuckDBPyConnection,
    project: Project,
    tables: Collection[str],
    variables: Mapping[str, Any],
) -> set[str]:
    """Return the nodes that read one of the source tables or an outdated node, through any others.

    Whatever is left rests on other sources and was made by today's SQL and seeds.
    """
    names: set[str] = set()
    for node in project.nodes.values():
        read = {project.sources[key].relation.identifier for key in node.sources}
        if (
            read.intersection(tables)
            or names.intersection(node.depends_on)
            or _is_outdated(con, project, node, variables)
        ):
            names.add(node.name)
    return names


def _is_outdated(
    con: duckdb.DuckDBPyConnection, project: Project, node: Node, variables: Mapping[str, Any]
) -> bool:
    """Return whether the node is not there, or was made by other SQL or another seed."""
    if node.materialized == "ephemeral":
        return False
    work = Work(con, project, node, variables, full_refresh=False, run_tests=False)
    return not work.is_current()
