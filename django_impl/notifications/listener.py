"""A connection on which PostgreSQL notifies of new events, for an event loop: psycopg2 would block it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from django.conf import settings

from django_impl.contract import DATABASE


# --8<-- [start:listener]
@asynccontextmanager
async def listener() -> AsyncIterator[tuple["asyncpg.Connection[asyncpg.Record]", asyncio.Event]]:
    """Listen on a connection. Yields it, and an event that its notifications and its end set.

    Raises: OSError, or an error of asyncpg.
    """
    notified = asyncio.Event()
    connection = await asyncpg.connect(settings.DATABASE_URL, timeout=DATABASE["connect_timeout_seconds"])
    try:
        connection.add_termination_listener(lambda _: notified.set())
        await connection.add_listener("outbox", lambda *_: notified.set())
        yield connection, notified
    finally:
        connection.terminate()
        # --8<-- [end:listener]
