"""What is published of the engines, read once a version of the snapshot."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import duckdb

from tracking_pipeline.errors import SnapshotMissingError
from tracking_pipeline.portal.engines import read
from tracking_pipeline.portal.engines.model import Client, EngineCard, EngineDetail
from tracking_pipeline.settings import Settings
from tracking_pipeline.warehouse.snapshot import open_snapshot, published_version

_FIX: Final = "Run `tracking run` once"
Read = TypeVar("Read")


class Published:
    """The clients, cards and details of the current snapshot."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._version: str | None = None
        self._known: dict[tuple[str, ...], Any] = {}

    @property
    def is_demo(self) -> bool:
        """Whether the home is a demo."""
        return self._settings.is_demo

    def clients(self) -> tuple[Client, ...]:
        """Return the clients with engines; SnapshotMissingError when there is none."""
        found = self._once(("clients",), read.clients)
        if not found:
            raise SnapshotMissingError("engines", "none is published", _FIX)
        return found

    def cards(self, client: Client) -> tuple[EngineCard, ...]:
        """Return the client's engines."""
        key = ("cards", client.client_id)
        return self._once(key, lambda con: read.cards(con, client.client_id))

    def detail(self, card: EngineCard) -> EngineDetail:
        """Return everything about one engine."""
        key = ("detail", card.client_id, card.engine_id)
        return self._once(key, lambda con: read.detail(con, card))

    def _once(
        self, key: tuple[str, ...], read_it: Callable[[duckdb.DuckDBPyConnection], Read]
    ) -> Read:
        version = published_version(self._settings)
        if version != self._version:
            self._version, self._known = version, {}
        known = self._known
        if key not in known:
            with open_snapshot(self._settings) as con:
                known[key] = read_it(con)
        found: Read = known[key]
        return found
