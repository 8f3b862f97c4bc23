"""What ``dbt_project.yml`` says: names, paths, variables and the tree of configurations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tracking_pipeline.errors import ProjectError

_FILE = "dbt_project.yml"


@dataclass(frozen=True)
class Configuration:
    """The settings of one project folder; ``trees`` by resource: models, seeds, data_tests."""

    name: str
    folder: Path
    variables: Mapping[str, Any]
    paths: Mapping[str, tuple[Path, ...]]
    trees: Mapping[str, Mapping[str, Any]]

    def files(self, kind: str, suffix: str) -> Iterator[tuple[Path, tuple[str, ...]]]:
        """Yield each file of a kind (model, seed …) with the folders that lead to it, sorted."""
        for root in self.paths[kind]:
            for file in sorted(root.rglob(f"*{suffix}")):
                yield file, file.relative_to(root).parts[:-1]

    def config_of(self, resource: str, parts: Sequence[str]) -> dict[str, Any]:
        """Return the configuration of the file at ``parts``; a deeper folder's word wins."""
        config: dict[str, Any] = {}
        level: Any = self.trees.get(resource, {})
        for part in (None, self.name, *parts):
            level = level if part is None else level.get(part, {})
            if not isinstance(level, dict):
                break
            merge_config(config, _own_settings(level))
        return config


def read_configuration(folder: Path) -> Configuration:
    """Read ``dbt_project.yml`` of the folder; ProjectError when it is missing or has no name."""
    file = folder / _FILE
    if not file.is_file():
        raise ProjectError(str(file), "does not exist", "Point at a folder that holds a project")
    raw = read_yaml(file)
    if "name" not in raw:
        raise ProjectError(str(file), "has no name", "Add `name: <project>`")
    name = str(raw["name"])
    defaults = {"model": "models", "seed": "seeds", "test": "tests"}
    defaults |= {"analysis": "analyses", "macro": "macros"}
    paths = {
        kind: tuple(folder / path for path in raw.get(f"{kind}-paths", [default]))
        for kind, default in defaults.items()
    }
    variables = dict(raw.get("vars") or {})
    variables |= variables.pop(name, {}) or {}
    trees = {key: raw.get(key) or {} for key in ("models", "seeds")}
    trees["data_tests"] = raw.get("data_tests") or raw.get("tests") or {}
    return Configuration(name, folder, variables, paths, trees)


def merge_config(config: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Lay ``more`` over ``config``: tags add up, meta merges, anything else replaces."""
    for key, value in more.items():
        if key == "tags":
            tags = [value] if isinstance(value, str) else list(value)
            config["tags"] = list(dict.fromkeys([*config.get("tags", []), *tags]))
        elif key == "meta":
            config["meta"] = {**config.get("meta", {}), **value}
        else:
            config[key] = value


def read_yaml(file: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file of the project; ProjectError when it is none."""
    try:
        content = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise ProjectError(str(file), f"is not YAML: {error}", "Correct the file") from error
    if not isinstance(content or {}, dict):
        raise ProjectError(str(file), "is not a mapping", "Begin it with `models:` or `sources:`")
    return content or {}


def _own_settings(level: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of this level; a mapping without ``+`` is a folder below it."""
    return {
        key.removeprefix("+"): value
        for key, value in level.items()
        if key.startswith("+") or not isinstance(value, dict)
    }
