"""A folder of SQL models by dbt's conventions, loaded, checked and put in order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from importlib.resources import files
from pathlib import Path
from typing import Any

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.transform.configuration import Configuration, read_configuration
from tracking_pipeline.transform.data_tests import Tested, generic_tests, singular_test
from tracking_pipeline.transform.nodes import DataTest, Node, NodeKind, Source, UnitTest
from tracking_pipeline.transform.parse import Parser
from tracking_pipeline.transform.properties import Entry, Properties, read_properties
from tracking_pipeline.transform.templates import Templates


@dataclass(frozen=True)
class Project:
    """All that a project folder holds; ``nodes`` are its models and seeds in topological order."""

    name: str
    folder: Path
    variables: Mapping[str, Any]
    nodes: Mapping[str, Node]
    analyses: Mapping[str, Node]
    sources: Mapping[tuple[str, str], Source]
    tests: tuple[DataTest, ...]
    unit_tests: tuple[UnitTest, ...]
    templates: Templates

    @cached_property
    def models(self) -> Mapping[str, Node]:
        """Return the models by name, each after what it depends on."""
        return {name: node for name, node in self.nodes.items() if node.kind == "model"}

    @cached_property
    def seeds(self) -> Mapping[str, Node]:
        """Return the seeds by name."""
        return {name: node for name, node in self.nodes.items() if node.kind == "seed"}

    @cached_property
    def tests_of(self) -> Mapping[str, tuple[DataTest, ...]]:
        """Return the tests that run after each node."""
        owned: defaultdict[str, list[DataTest]] = defaultdict(list)
        for test in self.tests:
            owned[test.owner].append(test)
        return {name: tuple(owned[name]) for name in self.nodes}


def load_project(folder: Path) -> Project:
    """Read a project folder.

    ProjectError names the file of a wrong reference, cycle, duplicate name or unknown test.
    """
    configuration = read_configuration(folder)
    parser = Parser(configuration, Templates(_macro_files(configuration)))
    properties = read_properties(configuration)
    seeds = _nodes(parser, "seed", ".csv", properties.seeds)
    models = _nodes(parser, "model", ".sql", properties.models)
    analyses = _nodes(parser, "analysis", ".sql", properties.analyses)
    singular = _nodes(parser, "test", ".sql", properties.singular_tests)
    for name in seeds.keys() & models.keys():
        raise _duplicate(models[name].path, seeds[name].path)
    nodes = {**seeds, **models}
    tests = [singular_test(node) for node in singular.values()]
    tests += _generic_tests(parser, properties, nodes)
    referring: list[Node | DataTest] = [*models.values(), *analyses.values(), *tests]
    for each in referring:
        _check_references(each, nodes, properties)
    order = _order(nodes, tests)
    owned = tuple(_owned(test, order, nodes) for test in tests)
    _check_names(owned)
    return Project(
        name=configuration.name,
        folder=folder,
        variables=configuration.variables,
        nodes={name: _with_tests(nodes[name], owned) for name in order},
        analyses=analyses,
        sources=properties.sources,
        tests=owned,
        unit_tests=_unit_tests(properties, models),
        templates=parser.templates,
    )


def _macro_files(configuration: Configuration) -> list[Path]:
    own = Path(str(files("tracking_pipeline.transform") / "macros"))
    folders = [own, *configuration.paths["macro"]]
    folders += [path / "generic" for path in configuration.paths["test"]]
    return [file for folder in folders for file in sorted(folder.rglob("*.sql"))]


def _nodes(
    parser: Parser, kind: NodeKind, suffix: str, entries: dict[str, Entry]
) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for file, folders in parser.configuration.files(kind, suffix):
        if kind == "test" and folders[:1] == ("generic",):
            continue
        if file.stem in nodes:
            raise _duplicate(file, nodes[file.stem].path)
        node = parser.node(kind, file, folders, entries.get(file.stem, Entry(file, {})))
        if node.config.get("enabled", True):
            nodes[node.name] = node
    for name in entries.keys() - nodes.keys():
        raise ProjectError(
            str(entries[name].path),
            f"describes the {kind} {name}, which has no file",
            f"Remove the entry or add {name}{suffix}",
        )
    return nodes


def _generic_tests(
    parser: Parser, properties: Properties, nodes: Mapping[str, Node]
) -> Iterable[DataTest]:
    for name, entry in {**properties.seeds, **properties.models}.items():
        if name in nodes:
            yield from generic_tests(parser, Tested(name, entry))
    for key, entry in properties.source_tables.items():
        yield from generic_tests(parser, Tested("_".join(key), entry, key))


def _duplicate(file: Path, other: Path) -> ProjectError:
    return ProjectError(str(file), f"its name is that of {other} too", "Rename one of the two")


def _check_references(
    referring: Node | DataTest, nodes: Mapping[str, Node], properties: Properties
) -> None:
    for name in referring.depends_on:
        if name not in nodes:
            raise ProjectError(
                str(referring.path),
                f"{referring.name} refers to {name!r}, which is no model or seed",
                "Correct the name in ref()",
            )
    for key in referring.sources:
        if key not in properties.sources:
            raise ProjectError(
                str(referring.path),
                f"{referring.name} reads the source {key}, which no YAML declares",
                "Declare it under `sources:` or correct the name in source()",
            )


def _order(nodes: Mapping[str, Node], tests: Iterable[DataTest]) -> list[str]:
    """Return the names in topological order; a relation's tests pull what they read before it."""
    graph = {name: set(node.depends_on) for name, node in sorted(nodes.items())}
    _sorted(graph, nodes)
    for test in tests:
        tested = graph.get(test.tested or "")
        for read in test.depends_on:
            if tested is not None and test.tested not in _with_ancestors(read, graph):
                tested.add(read)
    return _sorted(graph, nodes)


def _sorted(graph: Mapping[str, set[str]], nodes: Mapping[str, Node]) -> list[str]:
    try:
        return list(TopologicalSorter({k: sorted(v) for k, v in graph.items()}).static_order())
    except CycleError as error:
        cycle: list[str] = error.args[1]
        raise ProjectError(
            str(nodes[cycle[0]].path),
            f"the models depend on each other: {' → '.join(reversed(cycle))}",
            "Take one of these references out",
        ) from error


def _with_ancestors(name: str, graph: Mapping[str, set[str]]) -> set[str]:
    found, waiting = {name}, [name]
    while waiting:
        waiting += (new := graph[waiting.pop()] - found)
        found |= new
    return found


def _owned(test: DataTest, order: list[str], nodes: Mapping[str, Node]) -> DataTest:
    """Give the test to the last node it reads, or to the first that reads its source."""
    if test.depends_on:
        return replace(test, owner=max(test.depends_on, key=order.index))
    readers = [name for name in order if {*test.sources} & {*nodes[name].sources}]
    if not readers:
        raise ProjectError(
            str(test.path),
            f"the test {test.name} reads nothing that a model reads",
            "Refer to a model in it, or remove it",
        )
    return replace(test, owner=readers[0])


def _check_names(tests: Iterable[DataTest]) -> None:
    seen: dict[tuple[str, str], DataTest] = {}
    for test in tests:
        key = (test.owner, test.name)
        if key in seen:
            raise ProjectError(
                str(test.path),
                f"two tests of {test.owner} are named {test.name} (the other in {seen[key].path})",
                "Remove one, or give it another `name:`",
            )
        seen[key] = test


def _with_tests(node: Node, tests: Iterable[DataTest]) -> Node:
    read = {name for test in tests if test.owner == node.name for name in test.depends_on}
    return replace(node, tested_with=tuple(sorted(read - {node.name, *node.depends_on})))


def _unit_tests(properties: Properties, models: Mapping[str, Node]) -> tuple[UnitTest, ...]:
    for test in properties.unit_tests.values():
        if test.model not in models:
            raise ProjectError(
                str(test.path),
                f"the unit test {test.name} is about {test.model!r}, which is no model",
                "Correct its `model:`",
            )
    return tuple(properties.unit_tests.values())
