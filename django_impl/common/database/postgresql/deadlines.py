"""A deadline for statements on a server that has gone silent, which psycopg2 has none for.

The server ends a slow statement itself; one that was stopped, or whose machine hangs, answers neither that nor a
keepalive of TCP's sooner than its kernel gives up. So one thread of each serving process looks at what the others wait
for, and shuts the socket down where an answer is overdue: libpq then reports a lost connection.
"""

import os
import socket
import threading
from contextlib import suppress
from time import monotonic, sleep
from typing import Any
from weakref import WeakSet

from psycopg2 import Error, extensions

from django_impl.contract import DATABASE

DEADLINE_SECONDS = DATABASE["answer_timeout_ms"] / 1000
LOOK_EVERY_SECONDS = 0.5

connections: "WeakSet[WatchedConnection]" = WeakSet()


class WatchedConnection(extensions.connection):
    """Knows since when it waits for the server."""

    asked_at: float | None = None
    deadline_seconds = DEADLINE_SECONDS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        connections.add(self)

    def commit(self) -> None:
        """Commit, and wait no longer than the deadline."""
        self.asked_at = monotonic()
        try:
            super().commit()
        finally:
            self.asked_at = None

    def rollback(self) -> None:
        """Roll back, and wait no longer than the deadline."""
        self.asked_at = monotonic()
        try:
            super().rollback()
        finally:
            self.asked_at = None

    def hang_up(self) -> None:
        """End the wait of the thread that uses it."""
        with suppress(OSError, Error), socket.socket(fileno=os.dup(self.fileno())) as copy:
            copy.shutdown(socket.SHUT_RDWR)


class WatchedCursor(extensions.cursor):
    """Waits no longer than the deadline for what it executes."""

    connection: WatchedConnection

    def execute(self, query: Any, vars: Any = None) -> None:  # noqa: A002 - psycopg2's name
        """Execute the statement."""
        connection = self.connection
        connection.asked_at = monotonic()
        try:
            super().execute(query, vars)
        finally:
            connection.asked_at = None


def enforce() -> None:
    """Hang up where an answer is overdue, in this process: those that serve; a migration takes as long as it needs."""
    threading.Thread(target=_watch, name="database-deadlines", daemon=True).start()


def _watch() -> None:
    while True:
        sleep(LOOK_EVERY_SECONDS)
        now = monotonic()
        for connection in list(connections):
            asked_at = connection.asked_at
            if asked_at is not None and now - asked_at > connection.deadline_seconds:
                connection.hang_up()
