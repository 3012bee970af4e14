"""The address of a client behind proxies."""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

type Address = IPv4Address | IPv6Address
type Network = IPv4Network | IPv6Network

SUBSCRIBER_BITS = 64


# --8<-- [start:address]
def client_address(peer: str, forwarded_for: str, proxies: Collection[Network]) -> str:
    """Return the address of the client: `peer`, or where this is a trusted proxy, the last untrusted one before it.

    A proxy appends the address of its own peer to X-Forwarded-For, so everything before the last untrusted address can
    be forged. An IPv6 address is returned as its network, because a client can use all addresses in it.
    """
    address = _client(peer, forwarded_for, proxies)
    if isinstance(address, IPv6Address):
        return str(IPv6Network((int(address), SUBSCRIBER_BITS), strict=False))
    return str(address or peer)
    # --8<-- [end:address]


# --8<-- [start:allowed]
def is_allowed(peer: str, forwarded_for: str, *, proxies: Collection[Network], allowed: Collection[Network]) -> bool:
    """Return whether the client has an allowed address.

    A proxy's own address does not count: not where it is not trusted, and not where its X-Forwarded-For is no address.
    """
    address = _client(peer, forwarded_for, proxies)
    is_proxy = address == _read(peer) or any(address in network for network in proxies)
    if address is None or (forwarded_for and is_proxy):
        return False
    return any(address in network for network in allowed)
    # --8<-- [end:allowed]


def _client(peer: str, forwarded_for: str, proxies: Collection[Network]) -> Address | None:
    address = None
    for text in reversed([*forwarded_for.split(","), peer]):
        if (read := _read(text)) is None:
            break
        address = read
        if not any(address in network for network in proxies):
            break
    return address


def _read(text: str) -> Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address  # of an IPv4 client on an IPv6 socket
