"""A task that drops what other processes have changed, where the entries are in the process."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from fastapi_impl.common.caching.drops import CHANNEL, drop, drop_all
from fastapi_impl.common.database.engine import connect
from fastapi_impl.common.exceptions import DatabaseUnavailable
from fastapi_impl.config.settings import get_settings

log = logging.getLogger(__name__)
RETRY_SECONDS = 0.5
# A connection to a server that has vanished can look open for hours.
CHECK_SECONDS = 10.0


# --8<-- [start:listener]
class Listener:
    """Listens on a connection of its own. While it has none, this process uses no entries."""

    is_listening = False

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the task until the end of the block, in a process that needs notifications."""
        settings = get_settings()
        if not settings.caching or settings.redis_url:
            yield
            return
        task = asyncio.create_task(self._run())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def _run(self) -> None:
        while True:
            try:
                await self._listen()
            except (DatabaseUnavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                log.warning("The cache is not used until PostgreSQL can notify: %s", error)
            finally:
                self.is_listening = False
            await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        connection, ended = await connect(), asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: ended.set())
            await connection.add_listener(CHANNEL, _drop_notified)
            await drop_all()  # changes before had no notification here
            self.is_listening = True
            while not ended.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(ended.wait(), CHECK_SECONDS)
                await connection.execute("SELECT 1")
        finally:
            connection.terminate()


async def _drop_notified(_connection: Any, _pid: int, _channel: str, name: object) -> None:
    await drop([str(name)])


listener = Listener()
# --8<-- [end:listener]
