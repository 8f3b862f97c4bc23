"""Connections that reach no address of this computer or its network, whatever a name says."""

import ipaddress
import socket
from collections.abc import Callable

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from tracking_pipeline.errors import EndpointError


class PublicAdapter(HTTPAdapter):
    """Refuses private hosts with EndpointError, before a byte is sent."""

    def init_poolmanager(self, *args: object, **kwargs: object) -> None:
        """Make the pools whose connections look where they lead."""
        super().init_poolmanager(*args, **kwargs)  # type: ignore[arg-type]  # as they came
        self.poolmanager.pool_classes_by_scheme = {"http": _PublicPool, "https": _PublicTlsPool}


class _PublicConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _guarded(self, super()._new_conn)


class _PublicTlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _guarded(self, super()._new_conn)


class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicTlsConnection


def _guarded(connection: HTTPConnection, connect: Callable[[], socket.socket]) -> socket.socket:
    """Connect when the host's addresses are public and so is the one that was taken."""
    try:
        found = socket.getaddrinfo(connection.host, connection.port, type=socket.SOCK_STREAM)
    except OSError:
        found = []  # connecting says what is wrong
    _expect_public(connection.host, [str(each[4][0]) for each in found])
    connected = connect()
    try:
        _expect_public(connection.host, [str(connected.getpeername()[0])])
    except EndpointError:
        connected.close()
        raise
    return connected


def _expect_public(host: str, addresses: list[str]) -> None:
    for address in addresses:
        parsed = ipaddress.ip_address(address.partition("%")[0])
        inner = getattr(parsed, "ipv4_mapped", None) or parsed
        if not inner.is_global or inner.is_multicast:
            fix = "Add it to TRACKING_ALLOWED_HOSTS when that is meant"
            raise EndpointError(host, "is an address of this computer or its network", fix)
