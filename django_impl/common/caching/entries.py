"""Entries of the cache: the bodies of responses, which are stored under generations of what they depend on."""

import time
from collections.abc import Callable, Collection
from secrets import randbits
from typing import Any

from django.conf import settings
from django.core.cache import cache, caches
from redis.exceptions import RedisError

from django_impl.common.caching.listener import listener
from django_impl.common.redis import redis_pause
from django_impl.contract import DATABASE

# PostgreSQL ends a slower load.
LEASE_SECONDS = DATABASE["answer_timeout_ms"] // 1000
POLL_SECONDS = 0.01


# --8<-- [start:get-or-load]
def get_or_load(names: Collection[str], load: Callable[[], bytes]) -> bytes:
    """Return the entry for the current generations of the names, or load and store it. Raises what `load` raises."""
    if not (settings.CACHING and (settings.REDIS_URL or listener.is_listening)):
        return load()
    key = _ask(current_key, names)
    if key is None:
        return load()
    body: bytes | None = _ask(cache.get, key)
    return _load_once(key, load) if body is None else body


def current_key(names: Collection[str]) -> str | None:
    """Return the key of the entry: the generations of its names. A missing generation is created."""
    generations = caches["generations"]
    found = generations.get_many(names)
    if len(found) < len(names):
        for name in names:
            generations.add(name, randbits(63))
        found = generations.get_many(names)
    return ":".join(str(found[name]) for name in names) if len(found) == len(names) else None


def _load_once(key: str, load: Callable[[], bytes]) -> bytes:
    """Load and store the entry, or wait for another reader who is doing that. `get_or_set` would let all load."""
    lease = f"{key}:lease"
    if not _ask(cache.add, lease, 1, LEASE_SECONDS):
        stored: bytes | None = _ask(_wait_for, key, lease)
        return load() if stored is None else stored
    try:
        body: bytes | None = _ask(cache.get, key)  # stored since this reader looked
        if body is None:
            body = load()
            _ask(cache.set, key, body)
        return body
    finally:
        _ask(cache.delete, lease)


def _wait_for(key: str, lease: str) -> Any:
    """Return what the reader with the lease has stored; None if that one failed."""
    ends_at = time.monotonic() + LEASE_SECONDS
    while cache.has_key(lease) and time.monotonic() < ends_at:
        time.sleep(POLL_SECONDS)
    return cache.get(key)
    # --8<-- [end:get-or-load]


def _ask(command: Callable[..., Any], *arguments: Any) -> Any:
    """Return the response of the cache; None if Redis did not answer, also in the seconds after that."""
    if redis_pause.is_active():
        return None
    try:
        return command(*arguments)
    except RedisError as error:
        redis_pause.begin(error, "PostgreSQL is asked")
        return None
