"""The SQL that a model, analysis or test becomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.transform.data_tests import EXPRESSION
from tracking_pipeline.transform.nodes import DataTest, Node
from tracking_pipeline.transform.project import Project
from tracking_pipeline.transform.scope import Config, Scope


def render(
    project: Project,
    node: Node,
    *,
    variables: Mapping[str, Any],
    incremental: bool,
) -> str:
    """Return the node's SQL, ephemeral parents as CTEs; ``variables`` go over the project's.

    ProjectError when a variable has no value or the Jinja fails.
    """
    return Rendering(project, variables).node(node, incremental=incremental)


def compile_analysis(project: Project, name: str, variables: Mapping[str, Any]) -> str:
    """Return the SQL of the analysis ``name``; ProjectError when there is none."""
    if name not in project.analyses:
        raise ProjectError(
            name,
            f"is no analysis of {project.folder}",
            f"Choose one of: {', '.join(sorted(project.analyses))}",
        )
    return render(project, project.analyses[name], variables=variables, incremental=False)


@dataclass(frozen=True)
class Rendering:
    """Renders one statement: its variables, its stand-ins, the ephemeral models it meets.

    ``stand_ins`` gives the SQL to read instead of a node (by name), of a source
    (``source.table``) or of ``this``; ``overrides`` give macros fixed results.
    """

    project: Project
    variables: Mapping[str, Any]
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, Any] = field(default_factory=dict)
    _ephemeral: dict[str, str] = field(default_factory=dict)

    def node(self, node: Node, *, incremental: bool) -> str:
        """Return the node's SQL, ephemeral models before it."""
        return self.with_ephemeral(self._text(node, incremental=incremental))

    def test(self, test: DataTest) -> str:
        """Return the query whose rows are the test's failures."""
        names = self._scope(test, None, incremental=False).names()
        arguments = self.arguments(test)
        if test.where:
            arguments["model"] = f"(select * from {arguments['model']} where {test.where})"
        told = {**names, "arguments": arguments}
        return self.with_ephemeral(self.project.templates.render(test.raw_sql, told, test.path))

    def arguments(self, test: DataTest) -> dict[str, Any]:
        """Return the test's arguments, relations as SQL names them."""
        names = self._scope(test, None, incremental=False).names()
        return {
            key: self.project.templates.evaluate(value, names, test.path)
            if isinstance(value, str) and EXPRESSION.match(value)
            else value
            for key, value in test.arguments.items()
        }

    def with_ephemeral(self, text: str) -> str:
        """Return the text with the ephemeral models that it may name before it."""
        if not self._ephemeral:
            return text
        ctes = ",\n".join(f"{name} as (\n{sql}\n)" for name, sql in self._ephemeral.items())
        return f"with {ctes}\nselect * from (\n{text}\n)"

    def _text(self, node: Node, *, incremental: bool) -> str:
        scope = self._scope(node, node.relation, incremental=incremental)
        return self.project.templates.render(node.raw_sql, scope.names(), node.path)

    def _scope(self, origin: Node | DataTest, this: object, *, incremental: bool) -> Scope:
        return Scope(
            origin=origin.path,
            ref=self._ref,
            source=self._source,
            config=Config(origin.config),
            variables={**self.project.variables, **self.variables},
            this=self.stand_ins.get("this", this),
            is_incremental=incremental,
            overrides=self.overrides,
        )

    def _ref(self, *names: str) -> object:
        node = self.project.nodes[names[-1]]
        if node.name in self.stand_ins:
            return self.stand_ins[node.name]
        if node.materialized != "ephemeral":
            return node.relation
        cte = f"__dbt__cte__{node.name}"
        if cte not in self._ephemeral:
            text = self._text(node, incremental=False)
            self._ephemeral[cte] = text
        return cte

    def _source(self, source: str, table: str) -> object:
        found = self.project.sources[(source, table)]
        return self.stand_ins.get(f"{source}.{table}", found.relation)
