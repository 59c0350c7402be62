"""Who sent a request, as the network tells it: for limits, throttles and logs, never for rights."""

from functools import lru_cache
from ipaddress import IPv4Address, ip_address, ip_network

from starlette.types import Scope

UNKNOWN = "unknown"
"""The peer of who came through a unix socket, or of whom the proxy told nonsense."""


def peer_of(scope: Scope) -> str:
    """The network that an ASGI connection comes from: an IPv4 address, or the /64 of an IPv6 one,
    which a single subscriber has for himself.

    Behind `STOCKROOM_TRUSTED_PROXIES` this is whom the proxies name, and no header counts without.
    """
    client = scope.get("client")
    return _network_of(client[0]) if client else UNKNOWN


@lru_cache(maxsize=10_000)
def _network_of(host: str) -> str:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv4Address):
        if address.ipv4_mapped is None:
            return str(ip_network((address, 64), strict=False))
        address = address.ipv4_mapped
    return str(address)
