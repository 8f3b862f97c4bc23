"""Addresses of the internet, told from those of this computer and its network."""

import ipaddress
from collections.abc import Collection

from tracking_pipeline.errors import EndpointError

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Only here are addresses of the internet given out. What embeds an IPv4 address elsewhere
# (compatible, translated, of a local NAT64) is led on by some gateway of this network.
_GLOBAL = ipaddress.IPv6Network("2000::/3")
# Special or withdrawn within what counts as global: protocols and Teredo, documentation, and the
# relays of 6to4.
_SPECIAL = tuple(
    map(
        ipaddress.ip_network,
        ("2001::/23", "2001:db8::/32", "3fff::/20", "192.0.0.0/24", "192.88.99.0/24"),
    )
)


def is_public(address: str) -> bool:
    """Return whether the address, or the one that it embeds for a gateway, is of the internet."""
    reached = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(reached, ipaddress.IPv6Address):
        embedded = reached.ipv4_mapped or reached.sixtofour
        if reached in _NAT64:
            embedded = ipaddress.IPv4Address(int(reached) & 0xFFFFFFFF)
        if embedded is None and reached not in _GLOBAL:
            return False
        reached = embedded or reached
    is_special = any(reached in network for network in _SPECIAL)
    return reached.is_global and not reached.is_multicast and not is_special


def expect_public(host: str, addresses: Collection[str]) -> None:
    """Raise EndpointError when one of the addresses of ``host`` is not of the internet."""
    if not all(map(is_public, addresses)):
        fix = "Add it to TRACKING_ALLOWED_HOSTS when that is meant"
        raise EndpointError(host, "is an address of this computer or its network", fix)
