"""What the YAML of each folder says about models, seeds, sources and unit tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.transform.configuration import Configuration, merge_config, read_yaml
from tracking_pipeline.transform.nodes import Column, Given, Relation, Source, UnitTest


@dataclass(frozen=True)
class Entry:
    """One YAML mapping and the file it stands in."""

    path: Path
    content: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return the name that the mapping gives itself."""
        if "name" not in self.content:
            raise ProjectError(str(self.path), f"{dict(self.content)} has no name", "Name it")
        return str(self.content["name"])

    @property
    def description(self) -> str:
        """Return the description, without the white space around it."""
        return str(self.content.get("description") or "").strip()

    @property
    def config(self) -> dict[str, Any]:
        """Return the configuration, with tags and meta that stand beside it."""
        config: dict[str, Any] = {}
        merge_config(config, {k: v for k, v in self.content.items() if k in ("tags", "meta")})
        merge_config(config, self.content.get("config") or {})
        return config

    @property
    def columns(self) -> dict[str, Column]:
        """Return the described columns by name."""
        return {
            column.name: Column(
                column.name,
                column.description,
                column.content.get("data_type"),
                column.config.get("meta", {}),
            )
            for column in self.column_entries
        }

    @property
    def column_entries(self) -> list["Entry"]:
        """Return the mappings of the columns."""
        return [Entry(self.path, column) for column in self.content.get("columns") or ()]

    @property
    def tests(self) -> list[Any]:
        """Return the declared tests: names, or mappings of a name to arguments."""
        return [*(self.content.get("data_tests") or ()), *(self.content.get("tests") or ())]


@dataclass(frozen=True)
class Properties:
    """All YAML entries; models and seeds by name."""

    models: dict[str, Entry] = field(default_factory=dict)
    seeds: dict[str, Entry] = field(default_factory=dict)
    analyses: dict[str, Entry] = field(default_factory=dict)
    singular_tests: dict[str, Entry] = field(default_factory=dict)
    sources: dict[tuple[str, str], Source] = field(default_factory=dict)
    source_tables: dict[tuple[str, str], Entry] = field(default_factory=dict)
    unit_tests: dict[str, UnitTest] = field(default_factory=dict)


def read_properties(configuration: Configuration) -> Properties:
    """Read every YAML file of the project; ProjectError when a name is described twice."""
    properties = Properties()
    for file in _yaml_files(configuration):
        content = read_yaml(file)
        by_key: list[tuple[str, dict[str, Entry]]] = [
            ("models", properties.models),
            ("seeds", properties.seeds),
            ("analyses", properties.analyses),
            ("data_tests", properties.singular_tests),
        ]
        for key, target in by_key:
            for raw in content.get(key) or ():
                entry = Entry(file, raw)
                _add(target, entry.name, entry, file)
        for raw in content.get("sources") or ():
            _add_source(properties, Entry(file, raw))
        for raw in content.get("unit_tests") or ():
            test = _unit_test(Entry(file, raw))
            _add(properties.unit_tests, test.name, test, file)
    return properties


def _yaml_files(configuration: Configuration) -> Iterator[Path]:
    for kind in configuration.paths:
        for suffix in (".yml", ".yaml"):
            for file, _ in configuration.files(kind, suffix):
                yield file


def _add(target: dict[Any, Any], key: object, value: object, file: Path) -> None:
    if key in target:
        raise ProjectError(str(file), f"{key} is described twice", "Keep one of the two")
    target[key] = value


def _add_source(properties: Properties, source: Entry) -> None:
    schema = str(source.content.get("schema", source.name))
    for raw in source.content.get("tables") or ():
        table = Entry(source.path, raw)
        identifier = str(raw.get("identifier", table.name))
        key = (source.name, table.name)
        described = Source(
            source.name,
            table.name,
            Relation(schema, identifier),
            source.path,
            table.description,
            table.columns,
            {**source.config.get("meta", {}), **table.config.get("meta", {})},
        )
        _add(properties.sources, key, described, source.path)
        properties.source_tables[key] = table


def _unit_test(entry: Entry) -> UnitTest:
    content = entry.content
    overrides = content.get("overrides") or {}
    given = tuple(
        Given(str(each["input"]), _rows(entry, each) if "rows" in each else None)
        for each in content.get("given") or ()
    )
    return UnitTest(
        entry.name,
        str(content.get("model")),
        given,
        _rows(entry, content.get("expect") or {}),
        overrides.get("vars") or {},
        overrides.get("macros") or {},
        entry.path,
        entry.description,
    )


def _rows(entry: Entry, holder: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    rows = holder.get("rows") or ()
    if holder.get("format", "dict") != "dict" or not all(isinstance(row, dict) for row in rows):
        raise ProjectError(
            str(entry.path),
            f"the rows of unit test {entry.name} are not mappings",
            "Write each row as {column: value}",
        )
    return tuple(rows)
