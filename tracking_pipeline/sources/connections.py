"""Connections to an endpoint: they end in time, and lead to public addresses alone."""

import socket
import time
from contextlib import suppress
from threading import Lock, Timer
from typing import Any, ClassVar, Self

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.util import Retry

from tracking_pipeline.sources.public_hosts import expect_public


class Deadline:
    """Ends every connection that is made under it when its seconds are over.

    A limit for each wait is none for the whole: who sends a byte now and then, endless headers or
    one interim answer after the other is never late.
    """

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True
        self._lock = Lock()
        self._lines: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        with self._lock:
            for line in self._lines:
                line.close()

    def hold(self, line: socket.socket) -> float:
        """Let ``line`` end with the others; return the seconds left, TimeoutError for none."""
        with self._lock:
            # A second name for it, which TLS does not take away.
            self._lines.append(line.dup())
            left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def _end(self) -> None:
        with self._lock:
            for line in self._lines:
                with suppress(OSError):  # it has ended by itself
                    line.shutdown(socket.SHUT_RDWR)


class GuardedAdapter(HTTPAdapter):
    """Connects under a deadline, and refuses private hosts with EndpointError unless allowed."""

    def __init__(self, retries: Retry, deadline: Deadline, *, is_private_allowed: bool) -> None:
        told = {"deadline": deadline, "is_private_allowed": is_private_allowed}
        plain = type("Connection", (_Guarded, HTTPConnection), told)
        secure = type("TlsConnection", (_Guarded, HTTPSConnection), told)
        self._pools = {
            "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }
        super().__init__(max_retries=retries)

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        """Make the pools whose connections are guarded."""
        super().init_poolmanager(*args, **kwargs)  # type: ignore[arg-type]  # as they came
        self.poolmanager.pool_classes_by_scheme = self._pools


class _Guarded(HTTPConnection):
    deadline: ClassVar[Deadline]
    is_private_allowed: ClassVar[bool]

    def _new_conn(self) -> socket.socket:
        """Connect to the first of the host's addresses that answers; none is looked up twice."""
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise NameResolutionError(self.host, self, error) from error  # type: ignore[arg-type]
        if not self.is_private_allowed:
            expect_public(self.host, [str(each[4][0]) for each in found])
        failed: OSError | None = None
        for family, kind, protocol, _, address in found:
            try:
                return self._line(socket.socket(family, kind, protocol), address)
            except OSError as error:
                failed = error
        raise NewConnectionError(self, f"no address of it answers: {failed}") from failed

    def _line(self, line: socket.socket, address: tuple[Any, ...]) -> socket.socket:
        try:
            for option in self.socket_options or ():
                line.setsockopt(*option)
            line.settimeout(min(float(self.timeout or 0), self.deadline.hold(line)))
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line
