"""The two stores of the cache: in this process, or in Redis."""

from functools import cache
from typing import Any

from cashews import Cache

from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import CACHE


# --8<-- [start:stores]
@cache
def get_entries() -> Cache:
    """Return the store of the bodies of responses."""
    return _store()


@cache
def get_generations() -> Cache:
    """Return the store of the generations, which both implementations share in Redis."""
    return _store()


def key_of_generation(name: str) -> str:
    """Return the key of the generation of a name, as Django's cache forms it."""
    return f"shop:generation:{name}"


def entry_seconds() -> int:
    """Return how long an entry lives."""
    settings = get_settings()
    return int(CACHE["seconds"]) if settings.redis_url else settings.cache_seconds


async def close_stores() -> None:
    """Close the connections."""
    await get_entries().close()
    await get_generations().close()


def _store() -> Cache:
    settings, store = get_settings(), Cache()
    # Bytes and integers as they are. A client that can write to Redis could run code in a server that unpickles.
    options: dict[str, Any] = {"pickle_type": "null"}
    if settings.redis_url:
        timeout = settings.redis_timeout_seconds
        options |= {"suppress": False, "socket_timeout": timeout, "socket_connect_timeout": timeout}
    else:
        options |= {"size": CACHE["max_entries"]}
    store.setup(settings.redis_url or "mem://", **options)
    return store
    # --8<-- [end:stores]
