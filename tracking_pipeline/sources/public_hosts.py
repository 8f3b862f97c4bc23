"""Connections that reach no address of this computer or its network, whatever a name says."""

import ipaddress
import socket
from collections.abc import Callable

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from tracking_pipeline.errors import EndpointError

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


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
    if not all(map(is_public, addresses)):
        fix = "Add it to TRACKING_ALLOWED_HOSTS when that is meant"
        raise EndpointError(host, "is an address of this computer or its network", fix)


def is_public(address: str) -> bool:
    """Return whether the address, or the one that it embeds for a gateway, is of the internet."""
    reached = _reached(ipaddress.ip_address(address.partition("%")[0]))
    return reached.is_global and not reached.is_multicast


def _reached(address: _Address) -> _Address:
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
