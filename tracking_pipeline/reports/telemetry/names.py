"""How a team's report calls its engineers: by a pseudonym, unless the settings name them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from tracking_pipeline.reports.query import plain
from tracking_pipeline.settings import Settings
from tracking_pipeline.state.people import people
from tracking_pipeline.state.store import open_store

NO_PLATFORM: Final = "Unknown"
"""What the YAML calls a platform that nobody states."""


@dataclass(frozen=True)
class Called:
    """How an engineer is called, and the address that goes with it (a keyed hash, or an e-mail)."""

    name: str
    address: str


def pseudonym(engineer_hash: str) -> str:
    """Return what an engineer is called whom nobody names."""
    return f"Engineer {engineer_hash[:6]}"


def platform_name(platform: str | None) -> str:
    """Return how people call a platform, which Python names by its kernel."""
    return {"Darwin": "macOS", None: NO_PLATFORM}.get(platform) or str(platform)


def called(settings: Settings, engineers: Iterable[str]) -> dict[str, Called]:
    """Return how each engineer is called, by hash; who is not known by name has a pseudonym."""
    hashes = sorted(set(engineers))
    unnamed = {each: Called(pseudonym(each), each) for each in hashes}
    if not settings.name_engineers:
        return unnamed
    with open_store(settings) as store:
        known = people(store)
    named = {
        each: Called(plain(known[each].name or pseudonym(each)), plain(known[each].email))
        for each in hashes
        if each in known
    }
    return unnamed | named
