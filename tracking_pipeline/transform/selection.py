"""Which nodes of a project a change of source tables concerns."""

from collections.abc import Collection, Mapping
from typing import Any

import duckdb

from tracking_pipeline.transform.materialize import Work
from tracking_pipeline.transform.project import Project
from tracking_pipeline.warehouse.swap import relation_kind


def downstream(project: Project, tables: Collection[str]) -> set[str]:
    """Return the nodes that read one of the source tables, directly or through others."""
    names: set[str] = set()
    for node in project.nodes.values():
        read = {project.sources[key].relation.identifier for key in node.sources}
        if read.intersection(tables) or names.intersection(node.depends_on):
            names.add(node.name)
    return names


def outdated(
    con: duckdb.DuckDBPyConnection, project: Project, variables: Mapping[str, Any]
) -> set[str]:
    """Return the seeds, the nodes that are not there, and those made by other SQL than today's.

    Whatever is left holds the rows that it held, unless its sources have new ones.
    """
    return {
        node.name
        for node in project.nodes.values()
        if node.kind == "seed"
        or relation_kind(con, node.schema, node.name) is None
        or (
            node.materialized in {"view", "incremental"}
            and not Work(
                con, project, node, variables, full_refresh=False, run_tests=True
            ).is_current()
        )
    }
