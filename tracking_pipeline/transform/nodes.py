"""What a SQL project is made of: models, seeds, sources and their tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tracking_pipeline.warehouse.swap import quote

NodeKind = Literal["model", "seed", "analysis", "test"]
Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Column:
    """A column as its YAML describes it; ``meta`` holds for example ``personal: true``."""

    name: str
    description: str = ""
    data_type: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Relation:
    """A table or view; as text it is the quoted name that SQL uses."""

    schema: str
    identifier: str
    database: str = "warehouse"

    def __str__(self) -> str:
        return f"{quote(self.schema)}.{quote(self.identifier)}"


@dataclass(frozen=True)
class Source:
    """A table that something else than this project fills."""

    source: str
    name: str
    relation: Relation
    path: Path
    description: str
    columns: Mapping[str, Column]
    meta: Mapping[str, Any]


@dataclass(frozen=True)
class Node:
    """A model, seed, analysis or singular test: one file of the project.

    ``depends_on`` holds names of models and seeds, ``sources`` pairs (source, table), and
    ``tested_with`` the further nodes that its tests read, which must therefore be built before it.
    """

    kind: NodeKind
    name: str
    schema: str
    path: Path
    raw_sql: str
    config: Mapping[str, Any]
    description: str = ""
    columns: Mapping[str, Column] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()
    tested_with: tuple[str, ...] = ()

    @property
    def materialized(self) -> str:
        """Return table, view, incremental, ephemeral or seed."""
        return "seed" if self.kind == "seed" else str(self.config.get("materialized", "view"))

    @property
    def relation(self) -> Relation:
        """Return where the node's rows stand."""
        return Relation(self.schema, self.name)

    @property
    def meta(self) -> Mapping[str, Any]:
        """Return what the YAML says under ``meta``, for example owner and grain."""
        return dict(self.config.get("meta", {}))

    @property
    def unique_key(self) -> tuple[str, ...]:
        """Return the columns that identify a row of an incremental model; empty when none do."""
        keys = self.config.get("unique_key") or ()
        return (keys,) if isinstance(keys, str) else tuple(keys)


@dataclass(frozen=True)
class DataTest:
    """A query that must return no rows; ``owner`` is the node after whose build it runs.

    ``tested`` is the model or seed a generic test is declared on, None for a singular test and for
    a test of a source. ``raw_sql`` is the singular test's text, or the call of the generic one with
    ``arguments``.
    """

    name: str
    owner: str
    tested: str | None
    macro: str | None
    column: str | None
    severity: Severity
    where: str | None
    raw_sql: str
    arguments: Mapping[str, Any]
    config: Mapping[str, Any]
    path: Path
    description: str
    depends_on: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]

    @property
    def rule(self) -> str:
        """Return in words what must hold, with the values that are allowed."""
        if self.description or self.macro is None:
            return self.description or f"the query in {self.path.name} finds nothing"
        asked = (
            ", ".join(map(str, value)) if isinstance(value, list) else f"{key} {value}"
            for key, value in self.arguments.items()
            if key not in ("model", "column_name")
        )
        what = " ".join((self.column or "", self.macro.removeprefix("test_").replace("_", " ")))
        return ": ".join(filter(None, (what.strip(), "; ".join(asked))))


@dataclass(frozen=True)
class Given:
    """Rows that stand in for one input of a model: ``ref('x')``, ``source('a', 'b')`` or this."""

    input: str
    rows: tuple[Mapping[str, Any], ...] | None


@dataclass(frozen=True)
class UnitTest:
    """Given rows of the inputs of a model, and the rows it must make of them."""

    name: str
    model: str
    given: tuple[Given, ...]
    expect: tuple[Mapping[str, Any], ...]
    variables: Mapping[str, Any]
    macros: Mapping[str, Any]
    path: Path
    description: str
