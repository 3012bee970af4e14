"""How Django's cache stores keys and values in Redis."""


def key_in_redis(key: str, key_prefix: str, _version: int) -> str:
    """Return the key in Redis."""
    return f"{key_prefix}:{key}"


# --8<-- [start:serializer]
class PlainSerializer:
    """Stores bytes and integers as they are.

    Django's own unpickles what it reads, so whoever can write to Redis could run code in the server.
    """

    def dumps(self, value: bytes | int) -> bytes | int:
        """Return the value."""
        return value

    def loads(self, stored: bytes) -> bytes | int:
        """Return the value. No entry consists of digits."""
        return int(stored) if stored.isdigit() else stored
        # --8<-- [end:serializer]
