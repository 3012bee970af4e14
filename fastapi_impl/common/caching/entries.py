"""Entries of the cache: the bodies of responses, which are stored under generations of what they depend on."""

from collections.abc import Awaitable, Callable, Sequence
from secrets import randbits
from typing import Any
from uuid import uuid4

from cashews import thunder_protection
from cashews.exceptions import CacheBackendInteractionError
from redis.exceptions import RedisError

from fastapi_impl.common.caching.listener import listener
from fastapi_impl.common.caching.stores import entry_seconds, get_entries, get_generations, key_of_generation
from fastapi_impl.common.redis import redis_pause
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import CACHE, DATABASE

# PostgreSQL ends a slower load.
LEASE_SECONDS = DATABASE["answer_timeout_ms"] // 1000
POLL_SECONDS = 0.01

type Load = Callable[[], Awaitable[bytes]]


# --8<-- [start:get-or-load]
async def get_or_load(names: Sequence[str], load: Load) -> bytes:
    """Return the entry for the current generations of the names, or load and store it. Raises what `load` raises."""
    settings = get_settings()
    if not (settings.caching and (settings.redis_url or listener.is_listening)):
        return await load()
    key = await _ask(current_key, names)
    if key is None:
        return await load()
    body: bytes | None = await _ask(get_entries().get, key)
    return await _load_once(key, load) if body is None else body


async def current_key(names: Sequence[str]) -> str | None:
    """Return the key of the entry: the generations of its names. A missing generation is created."""
    generations, keys = get_generations(), [key_of_generation(name) for name in names]
    found = await generations.get_many(*keys)
    if None in found:
        for key in keys:
            await generations.set(key, randbits(63), expire=CACHE["generation_seconds"], exist=False)
        found = await generations.get_many(*keys)
    return None if None in found else ":".join(["shop:fastapi", *map(str, found)])


@thunder_protection(key="{key}")  # one reader of a process
async def _load_once(key: str, load: Load) -> bytes:
    """Load and store the entry, or wait for another process that is doing that."""
    entries, lease, holder = get_entries(), f"{key}:lease", uuid4().hex
    if not await _ask(entries.set_lock, lease, holder, LEASE_SECONDS):
        await _ask(entries.is_locked, lease, LEASE_SECONDS, POLL_SECONDS)
        stored: bytes | None = await _ask(entries.get, key)
        return await load() if stored is None else stored
    try:
        body: bytes | None = await _ask(entries.get, key)  # stored since this reader looked
        if body is None:
            body = await load()
            await _ask(entries.set, key, body, entry_seconds())
        return body
    finally:
        await _ask(entries.unlock, lease, holder)
        # --8<-- [end:get-or-load]


async def _ask(command: Callable[..., Awaitable[Any]], *arguments: Any) -> Any:
    """Return the response of the cache; None if Redis did not answer, also in the seconds after that."""
    if redis_pause.is_active():
        return None
    try:
        return await command(*arguments)
    except (CacheBackendInteractionError, RedisError) as error:
        redis_pause.begin(error, "PostgreSQL is asked")
        return None
