"""The names that the Jinja of a model, test or macro sees."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

from tracking_pipeline.errors import ProjectError
from tracking_pipeline.transform.nodes import Relation

_TARGET = SimpleNamespace(
    name="warehouse", schema="main", database="warehouse", type="duckdb", threads=1
)


class Config:
    """``config(…)`` in a file, and ``config.get(…)``."""

    def __init__(self, settings: Mapping[str, Any], said: dict[str, Any] | None = None) -> None:
        """Answer from ``settings``; what a call says is noted in ``said``."""
        self._settings, self._said = settings, said

    def __call__(self, *mappings: Mapping[str, Any], **settings: object) -> str:
        """Note the settings and render as nothing."""
        if self._said is not None:
            for mapping in (*mappings, settings):
                self._said.update(mapping)
        return ""

    def get(self, name: str, default: object = None) -> object:
        """Return the setting, or ``default``."""
        return self._settings.get(name, default)


@dataclass(frozen=True)
class Variables:
    """``var(name, default)``; while a project is loaded, an unknown variable is None."""

    values: Mapping[str, Any]
    origin: Path
    is_lenient: bool = False

    def __call__(self, name: str, *default: object) -> object:
        """Return the variable's value, or the default, or raise ProjectError."""
        if name in self.values:
            return self.values[name]
        if default or self.is_lenient:
            return default[0] if default else None
        raise ProjectError(
            str(self.origin),
            f"the variable {name!r} has no value",
            f"Give it one under `vars:` in dbt_project.yml, or a default: var({name!r}, …)",
        )


@dataclass(frozen=True)
class Scope:
    """How one text's references resolve."""

    origin: Path
    ref: Callable[..., object]
    source: Callable[[str, str], object]
    config: Config
    variables: Mapping[str, Any]
    this: object
    is_incremental: bool = False
    is_loading: bool = False
    overrides: Mapping[str, Any] = field(default_factory=dict)

    def names(self) -> dict[str, Any]:
        """Return the names by which Jinja knows all this."""
        return {
            "ref": self.ref,
            "source": self.source,
            "config": self.config,
            "var": Variables(self.variables, self.origin, self.is_loading),
            "this": self.this,
            "is_incremental": lambda: self.is_incremental,
            "execute": not self.is_loading,
            "env_var": self._env_var,
            "target": _TARGET,
            "log": lambda *_, **__: "",
            "exceptions": SimpleNamespace(
                raise_compiler_error=self._raise, warn=lambda *_, **__: ""
            ),
            **{name: _constant(value) for name, value in self.overrides.items()},
        }

    def _env_var(self, name: str, default: str | None = None) -> str:
        value = os.environ.get(name, default)
        if value is None:
            self._raise(f"the environment variable {name} is not set")
        return value

    def _raise(self, message: str) -> NoReturn:
        raise ProjectError(str(self.origin), message, "Correct what the file asks for")


def unresolved(name: str) -> Relation:
    """Return the stand-in for a relation whose schema is not known yet."""
    return Relation("", name)


def _constant(value: object) -> Callable[..., object]:
    return lambda *_, **__: value
