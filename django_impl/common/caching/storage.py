"""How Django's cache connects to Redis, and stores keys and values there."""

from typing import Any, ClassVar, Self

from redis import ConnectionPool


def key_in_redis(key: str, key_prefix: str, _version: int) -> str:
    """Return the key in Redis."""
    return f"{key_prefix}:{key}"


# --8<-- [start:serializer]
class PlainSerializer:
    """Stores bytes and integers as they are.

    Django's own unpickles what it reads, so a client that can write to Redis could run code in the server.
    """

    def dumps(self, value: bytes | int) -> bytes | int:
        """Return the value."""
        return value

    def loads(self, stored: bytes) -> bytes | int:
        """Return the value. No entry consists of digits."""
        return int(stored) if stored.isdigit() else stored
        # --8<-- [end:serializer]


# --8<-- [start:pool]
class SharedPool(ConnectionPool):
    """One pool of a process. Under ASGI Django makes a cache for each request, which would connect by itself."""

    pools: ClassVar[dict[str, Self]] = {}

    @classmethod
    def from_url(cls, url: str, **options: Any) -> Self:
        """Return the pool for the address. A new one connects when a command needs it."""
        return cls.pools.setdefault(url, super().from_url(url, **options))
        # --8<-- [end:pool]
