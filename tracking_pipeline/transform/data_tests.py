"""Generic tests as YAML declares them, and singular tests, as queries to run after a node."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.transform.configuration import merge_config
from tracking_pipeline.transform.nodes import DataTest, Node, Severity
from tracking_pipeline.transform.parse import Dependencies, Parser
from tracking_pipeline.transform.properties import Entry

EXPRESSION = re.compile(r"^\s*(?:ref|source|var|env_var)\s*\(.*\)\s*$", re.DOTALL)
_CALL = "{{{{ {macro}(**arguments) }}}}"
_CONFIG_KEYS = ("severity", "where", "enabled", "tags", "meta", "description")
_NAME_LENGTH = 100
_NAMES = re.compile(r"\w+")
_NO_WORD = re.compile(r"[^0-9a-zA-Z_]+")


@dataclass(frozen=True)
class Declaration:
    """One test as the YAML states it: which, of what column, with what arguments."""

    kind: str
    column: str | None
    arguments: Mapping[str, Any]
    config: Mapping[str, Any]
    name: str | None = None

    @property
    def macro(self) -> str:
        """Return the macro that holds the test's query."""
        return f"test_{self.kind}"


@dataclass(frozen=True)
class Tested:
    """The model, seed or table of a source that generic tests are declared on."""

    name: str
    entry: Entry
    source: tuple[str, str] | None = None

    @property
    def reference(self) -> str:
        """Return the expression that gives its relation."""
        return f"source{self.source}" if self.source else f"ref('{self.name}')"

    @property
    def source_table(self) -> str:
        """Return the table of a source, empty for what the project makes."""
        return self.source[1] if self.source else ""

    def declarations(self) -> Iterator[Declaration]:
        """Yield the tests of the relation, then those of each column."""
        for raw in self.entry.tests:
            yield _declaration(raw, None, self.entry.path)
        for column in self.entry.column_entries:
            for raw in column.tests:
                yield _declaration(raw, column.name, self.entry.path)


def generic_tests(parser: Parser, tested: Tested) -> Iterator[DataTest]:
    """Yield the tests declared on a relation; ProjectError for one that no macro defines."""
    for declaration in tested.declarations():
        if not parser.templates.has_macro(declaration.macro):
            raise ProjectError(
                str(tested.entry.path),
                f"{tested.name} is tested for {declaration.kind!r}, which no macro defines",
                f"Define {{% test {declaration.kind}(model, column_name) %}} in tests/generic",
            )
        config = parser.configuration.config_of("data_tests", (tested.name,))
        merge_config(config, declaration.config)
        if config.get("enabled", True):
            yield _generic(parser, tested, replace(declaration, config=config))


def singular_test(node: Node) -> DataTest:
    """Return the test that a file in the test folder holds."""
    return DataTest(
        name=node.name,
        owner="",
        tested=None,
        macro=None,
        column=None,
        severity=_severity(node.config),
        where=None,
        raw_sql=node.raw_sql,
        arguments={},
        config=node.config,
        path=node.path,
        description=node.description,
        depends_on=node.depends_on,
        sources=node.sources,
    )


def _declaration(raw: object, column: str | None, path: Path) -> Declaration:
    if isinstance(raw, str):
        return Declaration(raw, column, {}, {})
    if not isinstance(raw, Mapping) or not raw:
        raise ProjectError(str(path), f"{raw!r} is not a test", "Write a test's name or a mapping")
    rest = dict(raw)
    kind = rest.pop("test_name", None)
    if kind is None:
        kind = next((key for key in rest if key not in ("name", "description", "config")), "")
        rest |= rest.pop(kind, None) or {}
    config = {key: rest.pop(key) for key in _CONFIG_KEYS if key in rest}
    config |= rest.pop("config", None) or {}
    name = rest.pop("name", None)
    return Declaration(kind, column, {**rest.pop("arguments", {}), **rest}, config, name)


def _generic(parser: Parser, tested: Tested, declaration: Declaration) -> DataTest:
    path, config = tested.entry.path, declaration.config
    found = Dependencies(parser.configuration.name, path)
    names = found.scope(parser.configuration, config).names()
    arguments = {"model": tested.reference, **declaration.arguments}
    if declaration.column is not None:
        arguments["column_name"] = declaration.column
    values = {
        key: parser.templates.evaluate(value, names, path)
        if isinstance(value, str) and EXPRESSION.match(value)
        else value
        for key, value in arguments.items()
    }
    # The macro's own ref() and source() count as well as those of its arguments.
    parser.templates.call(declaration.macro, names, **values)
    return DataTest(
        name=declaration.name or "_".join(filter(None, (tested.source_table, _truth(declaration)))),
        owner="",
        tested=None if tested.source else tested.name,
        macro=declaration.macro,
        column=declaration.column,
        severity=_severity(config),
        where=config.get("where"),
        raw_sql=_CALL.format(macro=declaration.macro),
        arguments=arguments,
        config=config,
        path=path,
        description=str(config.get("description") or ""),
        depends_on=tuple(dict.fromkeys(found.refs)),
        sources=tuple(dict.fromkeys(found.sources)),
    )


def _severity(config: Mapping[str, Any]) -> Severity:
    return "warn" if str(config.get("severity")).lower() == "warn" else "error"


def _truth(declaration: Declaration) -> str:
    """Name a test for what it asserts of the relation that it is declared on."""
    told = declaration.arguments
    column = declaration.column or told.get("column_name") or ""
    match declaration.kind:
        case "not_null":
            return f"{column}_is_not_null"
        case "unique":
            return f"{column}_is_unique"
        case "accepted_values":
            return f"{column}_is_known"
        case "relationships":
            return f"{column}_is_in_{_NAMES.findall(str(told.get('to')))[-1]}"
        case "is_between":
            low, high = told.get("lowest"), told.get("highest")
            return _slug(f"{column}_is_between_{low}_and_{high}")
    said = [str(each) for value in told.values() for each in _each(value)]
    name = _slug("_".join(filter(None, (column, declaration.kind, *said))))
    return name if len(name) <= _NAME_LENGTH else _slug(f"{column}_{declaration.kind}")


def _slug(text: str) -> str:
    return _NO_WORD.sub("_", text).strip("_")


def _each(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else [value]
