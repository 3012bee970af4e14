"""A deadline for statements on a server that no longer responds; psycopg2 has no such time-out.

`statement_timeout` is enforced by the server, so it does not help when the server is stopped or its machine hangs. TCP
keepalives do not help either while the kernel of that machine still answers them. So each serving process has a thread
that checks how long the others have waited. It shuts down the socket of an overdue connection, and libpq then reports a
lost connection. A project that trusts its database server does without.
See decision 19: Allowed differences between the implementations.
"""

import os
import socket
import threading
from contextlib import suppress
from select import POLLIN, poll
from time import monotonic, sleep
from typing import Any, Protocol
from weakref import WeakSet

from psycopg2 import Error, extensions

from django_impl.contract import DATABASE

DEADLINE_SECONDS = DATABASE["answer_timeout_ms"] / 1000
CHECK_INTERVAL_SECONDS = 0.5


class Watched(Protocol):
    """A connection of a driver that records since when it has waited for the server."""

    waiting_since: float | None
    deadline_seconds: float

    def fileno(self) -> int: ...

    def shut_down(self) -> None: ...


connections: WeakSet[Watched] = WeakSet()


def has_data(connection: Watched) -> bool:
    """Return whether there is data to read. On an idle connection there is only if the server has closed it."""
    readable = poll()
    readable.register(connection.fileno(), POLLIN)
    return bool(readable.poll(0))


class WatchedConnection(extensions.connection):
    """A connection that records since when it has waited for the server."""

    waiting_since: float | None = None
    deadline_seconds = DEADLINE_SECONDS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        connections.add(self)

    def commit(self) -> None:
        """Commit within the deadline."""
        self.waiting_since = monotonic()
        try:
            super().commit()
        finally:
            self.waiting_since = None

    def rollback(self) -> None:
        """Roll back within the deadline."""
        self.waiting_since = monotonic()
        try:
            super().rollback()
        finally:
            self.waiting_since = None

    def shut_down(self) -> None:
        """Shut down the socket, so that the waiting thread gets an OperationalError."""
        with suppress(OSError, Error), socket.socket(fileno=os.dup(self.fileno())) as copy:
            copy.shutdown(socket.SHUT_RDWR)


class WatchedCursor(extensions.cursor):
    """A cursor that executes statements within the deadline of its connection."""

    connection: WatchedConnection

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's name
        """Execute the statement within the deadline."""
        connection = self.connection
        connection.waiting_since = monotonic()
        try:
            super().execute(query, vars)
        finally:
            connection.waiting_since = None


def enforce() -> None:
    """Start the thread that enforces the deadlines in this process. Migrations do not call this."""
    threading.Thread(target=_watch, name="database-deadlines", daemon=True).start()


def _watch() -> None:
    while True:
        sleep(CHECK_INTERVAL_SECONDS)
        now = monotonic()
        for connection in list(connections):
            waiting_since = connection.waiting_since
            if waiting_since is not None and now - waiting_since > connection.deadline_seconds:
                connection.shut_down()
