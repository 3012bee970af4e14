"""A pool that serves waiting requests in the order in which they came."""

import asyncio
from typing import Any

import anyio
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry
from sqlalchemy.util import await_


class FirstInFirstOutPool(AsyncAdaptedQueuePool):
    """Gives a returned connection to the request that has waited longest.

    SQLAlchemy's pool gives it to the next caller, and the waiting request that it wakes goes to the end of the queue
    (sqlalchemy#7679). anyio's semaphore hands a released turn to the first that waits; no other task takes it before.
    """

    def __init__(self, creator: Any, pool_size: int = 5, max_overflow: int = 10, **options: Any) -> None:
        super().__init__(creator, pool_size=pool_size, max_overflow=max_overflow, **options)
        self._turns = anyio.Semaphore(pool_size + max_overflow)

    def _do_get(self) -> ConnectionPoolEntry:
        self._wait_for_turn()
        try:
            return super()._do_get()
        except BaseException:
            self._turns.release()
            raise

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        super()._do_return_conn(record)
        self._turns.release()

    def _wait_for_turn(self) -> None:
        try:
            self._turns.acquire_nowait()
        except anyio.WouldBlock:
            self._wait_in_line()

    def _wait_in_line(self) -> None:
        try:
            await_(asyncio.wait_for(self._turns.acquire(), self.timeout()))
        except TimeoutError as error:
            raise PoolTimeoutError("no connection of the pool became free in time") from error
