"""A connection pool that is first in, first out for the requests that wait for a connection."""

import asyncio
from typing import Any

import anyio
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry, PoolProxiedConnection
from sqlalchemy.util import await_


class FirstInFirstOutPool(AsyncAdaptedQueuePool):
    """Gives a returned connection to the request that has waited longest.

    SQLAlchemy's pool gives it to the next caller, and the waiting request that it wakes goes to the end of the queue
    (sqlalchemy#7679). anyio's semaphore gives a released place to the task that has waited longest.
    """

    def __init__(self, creator: Any, pool_size: int = 5, max_overflow: int = 10, **options: Any) -> None:
        super().__init__(creator, pool_size=pool_size, max_overflow=max_overflow, **options)
        self._semaphore = anyio.Semaphore(pool_size + max_overflow)

    def connect(self) -> PoolProxiedConnection:
        """Return a connection. Raises SQLAlchemy's TimeoutError where none is free, or a new one does not respond.

        SQLAlchemy sends statements on a new connection, and `handle_error` is not called for these.
        """
        try:
            return super().connect()
        except TimeoutError as error:
            raise PoolTimeoutError("a new connection did not respond in time") from error

    def _do_get(self) -> ConnectionPoolEntry:
        self._acquire()
        try:
            return super()._do_get()
        except BaseException:
            self._semaphore.release()
            raise

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        super()._do_return_conn(record)
        self._semaphore.release()

    def _acquire(self) -> None:
        try:
            self._semaphore.acquire_nowait()
        except anyio.WouldBlock:
            self._wait()

    def _wait(self) -> None:
        try:
            await_(asyncio.wait_for(self._semaphore.acquire(), self.timeout()))
        except TimeoutError as error:
            raise PoolTimeoutError("no connection of the pool became free in time") from error
