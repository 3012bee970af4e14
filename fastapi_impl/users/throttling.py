"""Limits of requests, which all processes of both implementations count together."""

import time
from functools import cache
from math import ceil
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from limits.aio.storage import RedisStorage
from redis.exceptions import RedisError
from sqlalchemy import text

from fastapi_impl.common.database.reader import Reader
from fastapi_impl.common.exceptions import TooManyRequests
from fastapi_impl.common.redis import redis_pause
from fastapi_impl.config.settings import get_settings
from fastapi_impl.contract import THROTTLES

# One statement, so that two requests never read the same count. A window that ends too late, because the clock was set
# back, counts as expired.
COUNT_REQUEST = text("""
    INSERT INTO throttles AS throttle (key, count, expires_at)
    VALUES (:key, 1, statement_timestamp() + make_interval(secs => :seconds))
    ON CONFLICT (key) DO UPDATE SET
        count = CASE
            WHEN throttle.expires_at
                BETWEEN statement_timestamp() AND statement_timestamp() + make_interval(secs => 2 * :seconds)
            THEN throttle.count + 1 ELSE 1 END,
        expires_at = CASE
            WHEN throttle.expires_at
                BETWEEN statement_timestamp() AND statement_timestamp() + make_interval(secs => 2 * :seconds)
            THEN throttle.expires_at ELSE excluded.expires_at END
    RETURNING count, greatest(1, ceil(extract(epoch FROM expires_at - statement_timestamp()))::integer)
""")
# A statement of its own, because one that holds the lock of a row must not wait for that of another. PostgreSQL may
# repeat the subquery of IN for each row, and then delete more than the limit; that of ARRAY runs once.
DELETE_EXPIRED = text("""
    DELETE FROM throttles WHERE key = ANY (ARRAY(
        SELECT key FROM throttles WHERE expires_at <= statement_timestamp()
        ORDER BY expires_at LIMIT 10 FOR UPDATE SKIP LOCKED
    ))
    RETURNING key
""")


# --8<-- [start:throttle]
class Window(NamedTuple):
    """The number of requests in the current window, and the seconds until it ends."""

    requests: int
    remaining_seconds: int


async def throttle_user(reader: Reader, user_id: UUID) -> None:
    """Count a request with a token of the user.

    Raises: TooManyRequests.
    """
    await _throttle(reader, "user", str(user_id))


async def throttle_sign_in(reader: Reader, *, address: str, account: str) -> None:
    """Count a sign-in for its address, then for its account.

    Raises: TooManyRequests.
    """
    await _throttle(reader, "login_address", address)
    await _throttle(reader, "login_account", account)


async def _throttle(reader: Reader, limit: str, value: str) -> None:
    if not get_settings().throttling:
        return
    window = await count_request(reader, limit, value)
    if window.requests > THROTTLES[limit]["requests"]:
        raise TooManyRequests(window.remaining_seconds)
    # --8<-- [end:throttle]


# --8<-- [start:count]
async def count_request(reader: Reader, limit: str, value: str) -> Window:
    """Add a request to the window of `value` under the limit, and return the window.

    Redis counts if REDIS_URL is set and it answers, else PostgreSQL.
    """
    key, seconds = key_of(limit, value), THROTTLES[limit]["seconds"]
    window = await get_redis_counts().add(str(key), seconds) if get_settings().redis_url else None
    return window or await _count_in_database(reader, key, seconds)


async def _count_in_database(reader: Reader, key: UUID, seconds: int) -> Window:
    window = (await reader.fetch_all(Window, COUNT_REQUEST, {"key": key, "seconds": seconds}))[0]
    if window.requests == 1:
        await reader.fetch_all(DeletedKey, DELETE_EXPIRED, {})
    return window


class RedisCounts:
    """Counts in Redis, with the storage of `limits`. It connects at the first request."""

    def __init__(self, url: str, *, timeout_seconds: float) -> None:
        self.storage = RedisStorage(
            f"async+{url}",
            implementation="redispy",
            socket_timeout=timeout_seconds,
            socket_connect_timeout=timeout_seconds,
        )

    async def add(self, key: str, seconds: int) -> Window | None:
        """Add a request, and return the window; None if Redis did not answer, also in the seconds after that."""
        if redis_pause.is_active():
            return None
        try:
            count = await self.storage.incr(key, seconds)
            remaining = await self.storage.get_expiry(key) - time.time()
        except RedisError as error:
            redis_pause.begin(error, "PostgreSQL counts")
            return None
        # Redis rounds the remaining time to seconds, also down.
        return Window(count, min(seconds, max(1, ceil(remaining) + 1)))


@cache
def get_redis_counts() -> RedisCounts:
    """Return the counts in Redis that all requests of this process use."""
    settings = get_settings()
    return RedisCounts(settings.redis_url, timeout_seconds=settings.redis_timeout_seconds)
    # --8<-- [end:count]


def key_of(limit: str, value: str) -> UUID:
    """Return the key of the window, from which the value cannot be read."""
    return uuid5(NAMESPACE_URL, f"throttle:{limit}:{value}")


class DeletedKey(NamedTuple):
    """The column of `DELETE_EXPIRED`."""

    key: UUID
