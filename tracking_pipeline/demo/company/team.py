"""Who the demo company's engineers are, what their assistants do, and the planted truth of both."""

from dataclasses import dataclass, field
from functools import cache
from typing import Literal

import yaml

from tracking_pipeline.demo.company.plan import PLAN


@dataclass(frozen=True)
class Capability:
    """What an assistant does; per workday, at the pace of a platform that is not slow."""

    name: str
    mean_ms: float
    executions: float
    tokens: float
    used_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Teammate:
    """One engineer; tokens and minutes saved on a workday, test coverage in percent."""

    key: str
    name: str
    platform: Literal["Windows", "Darwin", "Linux"]
    timezone: str
    tokens: float
    minutes: float
    coverage: float
    delivers: Literal["database", "lines", "exports"] = "database"

    @property
    def email(self) -> str:
        """The engineer's address, in a domain that nobody has."""
        return f"{self.key}@company.example"


@dataclass(frozen=True)
class Slower:
    """A capability that slows down evenly from ``first`` (days before the last workday) on."""

    engineer: str
    capability: str
    change: float
    first: int


@dataclass(frozen=True)
class Steady:
    """A capability that is used so much that it can be called stable."""

    engineer: str
    capability: str


@dataclass(frozen=True)
class Export:
    """An exported report of ``days``, ``ago`` days before the last day."""

    engineer: str
    ago: int
    days: int
    wrong: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Again:
    """A database of two deliveries: workdays, counted back, that the first lacks or has wrong."""

    engineer: str
    missing: int
    corrected: int


@dataclass(frozen=True)
class Team:
    """The whole team as data."""

    client_id: str
    capabilities: tuple[Capability, ...]
    slow_platforms: dict[str, float]
    engineers: tuple[Teammate, ...]
    slower: tuple[Slower, ...]
    steady: tuple[Steady, ...]
    exports: tuple[Export, ...]
    again: Again


@cache
def team() -> Team:
    """Return the team as ``company.yml`` describes it."""
    given = yaml.safe_load(PLAN.read_text(encoding="utf-8"))["team"]
    return Team(
        client_id=given["client_id"],
        capabilities=tuple(
            Capability(name, **{**about, "used_by": tuple(about.get("used_by", ()))})
            for name, about in given["capabilities"].items()
        ),
        slow_platforms=given["slow_platforms"],
        engineers=tuple(Teammate(key, **about) for key, about in given["engineers"].items()),
        slower=tuple(Slower(**about) for about in given["slower"]),
        steady=tuple(Steady(**about) for about in given["steady"]),
        exports=tuple(Export(**about) for about in given["exports"]),
        again=Again(**given["again"]),
    )
