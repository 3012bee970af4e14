"""Limits of requests, which all processes of both implementations count together."""

import time
from functools import cache
from math import ceil
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.db import connection
from limits.storage import RedisStorage
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from django_impl.common.exceptions import TooManyRequests
from django_impl.common.redis import redis_pause
from django_impl.contract import THROTTLES
from django_impl.users.models import User

# One statement, so that two requests never read the same count. A window that ends too late, because the clock was set
# back, counts as expired.
COUNT_REQUEST = """
    INSERT INTO throttles AS throttle (key, count, expires_at)
    VALUES (%(key)s, 1, statement_timestamp() + make_interval(secs => %(seconds)s))
    ON CONFLICT (key) DO UPDATE SET
        count = CASE
            WHEN throttle.expires_at
                BETWEEN statement_timestamp() AND statement_timestamp() + make_interval(secs => 2 * %(seconds)s)
            THEN throttle.count + 1 ELSE 1 END,
        expires_at = CASE
            WHEN throttle.expires_at
                BETWEEN statement_timestamp() AND statement_timestamp() + make_interval(secs => 2 * %(seconds)s)
            THEN throttle.expires_at ELSE excluded.expires_at END
    RETURNING count, greatest(1, ceil(extract(epoch FROM expires_at - statement_timestamp()))::integer)
"""
# A statement of its own, because one that holds the lock of a row must not wait for that of another. PostgreSQL may
# repeat the subquery of IN for each row, and then delete more than the limit; that of ARRAY runs once.
DELETE_EXPIRED = """
    DELETE FROM throttles WHERE key = ANY (ARRAY(
        SELECT key FROM throttles WHERE expires_at <= statement_timestamp()
        ORDER BY expires_at LIMIT 10 FOR UPDATE SKIP LOCKED
    ))
"""


# --8<-- [start:throttle]
class Window(NamedTuple):
    """The number of requests in the current window, and the seconds until it ends."""

    requests: int
    remaining_seconds: int


class UserThrottle(BaseThrottle):
    """Limits the requests that one user sends with a token."""

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request, and return whether it is within the limit."""
        if not isinstance(request.user, User):
            return True
        self.window = count_request("user", str(request.user.pk))
        return self.window.requests <= int(THROTTLES["user"]["requests"])

    def wait(self) -> float:
        """Return the seconds until the window ends."""
        return self.window.remaining_seconds


def throttle_user(*, user_id: UUID) -> None:
    """Count the handshake of a WebSocket as a request of its user, which does not reach UserThrottle.

    Raises: TooManyRequests.
    """
    _throttle("user", str(user_id))


def throttle_sign_in(*, address: str, account: str) -> None:
    """Count a sign-in for its address, then for its account.

    Raises: TooManyRequests.
    """
    _throttle("login_address", address)
    _throttle("login_account", account)


def _throttle(limit: str, value: str) -> None:
    if not settings.THROTTLING:
        return
    window = count_request(limit, value)
    if window.requests > THROTTLES[limit]["requests"]:
        raise TooManyRequests(window.remaining_seconds)
    # --8<-- [end:throttle]


# --8<-- [start:count]
def count_request(limit: str, value: str) -> Window:
    """Add a request to the window of `value` under the limit, and return the window.

    Redis counts if REDIS_URL is set and it answers, else PostgreSQL.
    """
    key, seconds = key_of(limit, value), THROTTLES[limit]["seconds"]
    window = get_redis_counts().add(str(key), seconds) if settings.REDIS_URL else None
    return window or _count_in_database(key, seconds)


def _count_in_database(key: UUID, seconds: int) -> Window:
    with connection.cursor() as cursor:
        cursor.execute(COUNT_REQUEST, {"key": key, "seconds": seconds})
        window = Window(*cursor.fetchone())
        if window.requests == 1:
            cursor.execute(DELETE_EXPIRED)
    return window


class RedisCounts:
    """Counts in Redis, with the storage of `limits`. It connects at the first request."""

    def __init__(self, url: str, *, timeout_seconds: float) -> None:
        self.storage = RedisStorage(url, socket_timeout=timeout_seconds, socket_connect_timeout=timeout_seconds)

    def add(self, key: str, seconds: int) -> Window | None:
        """Add a request, and return the window; None if Redis did not answer, also in the seconds after that."""
        if redis_pause.is_active():
            return None
        try:
            count = self.storage.incr(key, seconds)
            remaining = self.storage.get_expiry(key) - time.time()
        except RedisError as error:
            redis_pause.begin(error, "PostgreSQL counts")
            return None
        # Redis rounds the remaining time to seconds, also down.
        return Window(count, min(seconds, max(1, ceil(remaining) + 1)))


@cache
def get_redis_counts() -> RedisCounts:
    """Return the counts in Redis that all requests of this process use."""
    return RedisCounts(settings.REDIS_URL, timeout_seconds=settings.REDIS_TIMEOUT_SECONDS)
    # --8<-- [end:count]


def key_of(limit: str, value: str) -> UUID:
    """Return the key of the window, from which the value cannot be read."""
    return uuid5(NAMESPACE_URL, f"throttle:{limit}:{value}")
