"""A connection on which PostgreSQL notifies of new events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from fastapi_impl.common.database.engine import connect


# --8<-- [start:listener]
@asynccontextmanager
async def listener() -> AsyncIterator[tuple["asyncpg.Connection[asyncpg.Record]", asyncio.Event]]:
    """Listen on a connection. Yields it, and an event that its notifications and its end set.

    Raises: DatabaseUnavailable, or an error of asyncpg.
    """
    notified = asyncio.Event()
    connection = await connect()
    try:
        connection.add_termination_listener(lambda _: notified.set())
        await connection.add_listener("outbox", lambda *_: notified.set())
        yield connection, notified
    finally:
        connection.terminate()
        # --8<-- [end:listener]
