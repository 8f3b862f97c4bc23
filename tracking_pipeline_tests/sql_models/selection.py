"""Which models a test builds."""

from tracking_pipeline.transform.project import Project


def with_ancestors(project: Project, names: set[str]) -> set[str]:
    """Return the names with all that they and their tests read."""
    nodes = [project.nodes[name] for name in names]
    read = {name for node in nodes for name in (*node.depends_on, *node.tested_with)} - names
    return with_ancestors(project, names | read) if read else names
