"""A thread that drops what other processes have changed, where the entries are in the process."""

import logging
import threading
import time
from contextlib import closing
from select import POLLIN, poll

import psycopg2
from django.conf import settings

from django_impl.common.caching.drops import CHANNEL, drop, drop_all
from django_impl.common.database.postgresql.deadlines import WatchedConnection, WatchedCursor
from django_impl.contract import DATABASE

log = logging.getLogger(__name__)
RETRY_SECONDS = 0.5
# A connection to a server that has vanished can look open for hours.
CHECK_SECONDS = 10.0


# --8<-- [start:listener]
class Listener:
    """Listens on a connection of its own. While it has none, this process uses no entries."""

    is_listening = False

    def start(self) -> None:
        """Start the thread, in a process that serves requests and needs notifications."""
        if settings.CACHING and not settings.REDIS_URL:
            threading.Thread(target=self._run, name="cache-listener", daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                self._listen()
            except (psycopg2.Error, OSError) as error:
                log.warning("The cache is not used until PostgreSQL can notify: %s", error)
            finally:
                self.is_listening = False
            time.sleep(RETRY_SECONDS)

    def _listen(self) -> None:
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            readable = poll()
            readable.register(connection.fileno(), POLLIN)
            cursor.execute(f"LISTEN {CHANNEL}")
            drop_all()  # changes before had no notification here
            self.is_listening = True
            while True:
                if readable.poll(CHECK_SECONDS * 1000):
                    connection.poll()
                else:
                    cursor.execute("SELECT 1")
                drop({notification.payload for notification in connection.notifies})
                connection.notifies.clear()

    def _connect(self) -> WatchedConnection:
        connection: WatchedConnection = psycopg2.connect(
            settings.DATABASE_URL,
            connect_timeout=DATABASE["connect_timeout_seconds"],
            connection_factory=WatchedConnection,
            cursor_factory=WatchedCursor,
        )
        connection.autocommit = True
        return connection


listener = Listener()
# --8<-- [end:listener]
