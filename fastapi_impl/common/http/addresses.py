"""The address of a client behind proxies."""

from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

type Network = IPv4Network | IPv6Network

SUBSCRIBER_BITS = 64


# --8<-- [start:address]
def client_address(peer: str, forwarded_for: str, proxies: Collection[Network]) -> str:
    """Return the address of the client: `peer`, or where this is a trusted proxy, the last untrusted one before it.

    A proxy appends the address of its own peer to X-Forwarded-For, so everything before the last untrusted address can
    be forged. An IPv6 address is returned as its network, because a client can use all addresses in it.
    """
    address = None
    for text in reversed([*forwarded_for.split(","), peer]):
        try:
            address = ip_address(text.strip())
            address = getattr(address, "ipv4_mapped", None) or address  # of an IPv4 client on an IPv6 socket
        except ValueError:
            break
        if not any(address in network for network in proxies):
            break
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), SUBSCRIBER_BITS), strict=False))
    return str(address or peer)
    # --8<-- [end:address]
