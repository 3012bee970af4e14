"""What a change drops of the cache: a new generation of a name, under which nothing is stored yet."""

from collections.abc import Collection
from functools import partial
from secrets import randbits

from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from redis.exceptions import RedisError

from django_impl.common.redis import redis_pause
from django_impl.contract import CACHE

CHANNEL = "cache"
# One notification for each name, because the text of one may have 8,000 bytes.
NOTIFY = "SELECT pg_notify(%s, name) FROM unnest(%s) AS name"


# --8<-- [start:drop]
def drop_on_commit(*names: str) -> None:
    """Drop all entries that depend on one of the names, after the commit and before the response.

    Without Redis, PostgreSQL notifies the other processes at the commit.
    """
    if not settings.CACHING:
        return
    if not settings.REDIS_URL:
        with connection.cursor() as cursor:
            cursor.execute(NOTIFY, [CHANNEL, list(names)])
    transaction.on_commit(partial(drop, names), robust=True)


def drop(names: Collection[str]) -> None:
    """Drop the entries at once: in this process, or in Redis, which is tried also in a pause of the readers."""
    try:
        caches["generations"].set_many({name: randbits(63) for name in names})
    except RedisError as error:
        redis_pause.begin(error, f"changed entries may remain for {CACHE['seconds']} seconds")


def drop_all() -> None:
    """Drop all entries of this process."""
    caches["generations"].clear()
    # --8<-- [end:drop]
