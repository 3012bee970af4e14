"""The connection of `/readyz`. No other request uses it, so `/readyz` never waits for other requests."""

import asyncio

import asyncpg

from fastapi_impl.common.activity import count_statement
from fastapi_impl.common.database.engine import connect
from fastapi_impl.common.exceptions import DatabaseUnavailable
from fastapi_impl.contract import DATABASE


class ReadinessConnection:
    """A connection that is opened when it is first needed, and replaced when it fails or does not answer in time."""

    def __init__(self) -> None:
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._one_at_a_time = asyncio.Lock()

    async def check(self) -> None:
        """Send a statement. Raises DatabaseUnavailable if it fails or takes longer than `readiness_timeout_ms`."""
        try:
            async with asyncio.timeout(DATABASE["readiness_timeout_ms"] / 1000), self._one_at_a_time:
                await self._execute()
        except (TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise DatabaseUnavailable(str(error)) from error

    async def _execute(self) -> None:
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await connect()
            count_statement()
            await self._connection.execute("SELECT 1")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection without waiting for the server."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


readiness = ReadinessConnection()
