"""Connections to the shelf that end in time, also those that never ask or never listen."""

from asyncio import Transport
from typing import ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol


class TimedProtocol(H11Protocol):
    """Ends a connection on which a request and its answer take longer than ``most_seconds``.

    The server's own limit counts between two requests only: a connection on which nothing was asked
    yet, or half of something, would stay for ever.
    """

    most_seconds: ClassVar[float] = 60.0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as above
        """Wait for the first request."""
        super().connection_made(transport)
        self._limit = self.loop.call_later(self.most_seconds, transport.abort)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._limit.cancel()
        self._limit = self.loop.call_later(self.most_seconds, self.transport.abort)
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._limit.cancel()
        super().connection_lost(exc)
