"""What a change drops of the cache: a new generation of a name, under which nothing is stored yet."""

from collections.abc import Collection
from functools import partial
from secrets import randbits

from cashews.exceptions import CacheBackendInteractionError
from redis.exceptions import RedisError
from sqlalchemy import Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from fastapi_impl.common.caching.stores import get_generations, key_of_generation
from fastapi_impl.common.database.commits import on_commit
from fastapi_impl.common.redis import redis_pause
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import CACHE

CHANNEL = "cache"
# One notification for each name, because the text of one may have 8,000 bytes.
NAMES = func.unnest(bindparam("names", type_=ARRAY(Text))).column_valued("name")
NOTIFY = select(func.pg_notify(CHANNEL, NAMES))


# --8<-- [start:drop]
async def drop_on_commit(session: AsyncSession, *names: str) -> None:
    """Drop all entries that depend on one of the names, after the commit and before the response.

    Without Redis, PostgreSQL notifies the other processes at the commit.
    """
    settings = get_settings()
    if not settings.caching:
        return
    if not settings.redis_url:
        await session.execute(NOTIFY, {"names": list(names)})
    on_commit(session, partial(drop, names))


async def drop(names: Collection[str]) -> None:
    """Drop the entries at once: in this process, or in Redis, which is tried also in a pause of the readers."""
    fresh = {key_of_generation(name): randbits(63) for name in names}
    try:
        await get_generations().set_many(fresh, expire=CACHE["generation_seconds"])
    except (CacheBackendInteractionError, RedisError) as error:
        redis_pause.begin(error, f"changed entries may remain for {CACHE['seconds']} seconds")


async def drop_all() -> None:
    """Drop all entries of this process."""
    await get_generations().clear()
    # --8<-- [end:drop]
