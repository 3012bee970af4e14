"""The pool of psycopg 3, for Django under ASGI. Its connections have the deadline of `deadlines`."""

import os
import socket
from contextlib import suppress
from time import monotonic
from typing import Any

import psycopg

from django_impl.common.database.postgresql.deadlines import DEADLINE_SECONDS, connections, has_data


class WatchedConnection(psycopg.Connection):  # type: ignore[misc] # psycopg 3 is not installed for the type checker
    """A connection that records since when it has waited for the server."""

    waiting_since: float | None = None
    deadline_seconds = DEADLINE_SECONDS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        connections.add(self)

    def wait(self, *arguments: Any, **options: Any) -> Any:
        """Wait for the server within the deadline. All statements, commits and rollbacks call this method."""
        self.waiting_since = monotonic()
        try:
            return super().wait(*arguments, **options)
        finally:
            self.waiting_since = None

    def shut_down(self) -> None:
        """Shut down the socket, so that the waiting thread gets an OperationalError."""
        with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(self.fileno())) as copy:
            copy.shutdown(socket.SHUT_RDWR)


def check(connection: WatchedConnection) -> None:
    """Close the connection and raise OperationalError if the server has closed it, so that the pool replaces it.

    The pool's own check would send a statement.
    """
    if connection.closed or has_data(connection):
        connection.close()
        raise psycopg.OperationalError("the server has closed the connection")


def pool_options(size: int, *, timeout_ms: int) -> dict[str, Any]:
    """Return the options of a pool of `size` connections, for which a request waits at most `timeout_ms`."""
    return {
        "min_size": size,
        "max_size": size,
        "timeout": timeout_ms / 1000,
        "connection_class": WatchedConnection,
        "check": check,
    }
