"""One file of the project read for what it is, how it is configured and what it depends on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.transform.configuration import Configuration, merge_config
from tracking_pipeline.transform.nodes import Node, NodeKind
from tracking_pipeline.transform.properties import Entry
from tracking_pipeline.transform.scope import Config, Scope, unresolved
from tracking_pipeline.transform.templates import Templates

_RESOURCES = {"model": "models", "seed": "seeds", "test": "data_tests", "analysis": "analyses"}
_MATERIALIZATIONS = ("table", "view", "incremental", "ephemeral")
_STRATEGIES = (None, "append", "delete+insert", "merge")


@dataclass
class Dependencies:
    """Notes what a text refers to while it is rendered for the first time."""

    project: str
    origin: Path
    refs: list[str] = field(default_factory=list)
    sources: list[tuple[str, str]] = field(default_factory=list)
    said: dict[str, Any] = field(default_factory=dict)

    def scope(self, configuration: Configuration, config: Mapping[str, Any]) -> Scope:
        """Return the scope of the first rendering."""
        return Scope(
            origin=self.origin,
            ref=self._ref,
            source=self._source,
            config=Config(config, self.said),
            variables=configuration.variables,
            this=unresolved(self.origin.stem),
            is_loading=True,
        )

    def _ref(self, *names: str) -> object:
        if len(names) > 1 and names[0] != self.project:
            raise ProjectError(
                str(self.origin),
                f"ref{names} names a package that is not here",
                f"Refer to {self.project} or leave the package away",
            )
        self.refs.append(names[-1])
        return unresolved(names[-1])

    def _source(self, source: str, table: str) -> object:
        self.sources.append((source, table))
        return unresolved(table)


@dataclass(frozen=True)
class Parser:
    """Reads the files of one project."""

    configuration: Configuration
    templates: Templates

    def node(self, kind: NodeKind, file: Path, folders: tuple[str, ...], entry: Entry) -> Node:
        """Return the file as a node, rendered once to learn its references and configuration."""
        text = "" if kind == "seed" else file.read_text("utf-8")
        parts = (*folders, file.stem)
        config = self.configuration.config_of(_RESOURCES[kind], parts)
        merge_config(config, entry.config)
        found = Dependencies(self.configuration.name, file)
        scope = found.scope(self.configuration, config)
        self.templates.render(text, scope.names(), file)
        merge_config(config, found.said)
        node = Node(
            kind=kind,
            name=file.stem,
            schema=self._schema(config, scope, file.stem),
            path=file,
            raw_sql=text,
            config=config,
            description=entry.description,
            columns=entry.columns,
            depends_on=tuple(dict.fromkeys(found.refs)),
            sources=tuple(dict.fromkeys(found.sources)),
        )
        _check_configuration(node)
        return node

    def _schema(self, config: Mapping[str, Any], scope: Scope, name: str) -> str:
        schema = self.templates.call(
            "generate_schema_name",
            scope.names(),
            custom_schema_name=config.get("schema"),
            node={"name": name, "config": config},
        )
        return str(schema).strip()


def _check_configuration(node: Node) -> None:
    if node.kind != "model":
        return
    strategy = node.config.get("incremental_strategy")
    for what, value, known in (
        ("materialized", node.materialized, _MATERIALIZATIONS),
        ("incremental_strategy", strategy, _STRATEGIES),
    ):
        if value not in known:
            choices = ", ".join(name for name in known if name)
            raise ProjectError(str(node.path), f"{what} is {value!r}", f"Choose one of: {choices}")
