"""Makes the database unavailable for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from psycopg2 import sql as query
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server

# PostgreSQL waits until each connection is closed, at most five seconds.
CLOSE_OTHER_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


@contextmanager
def database_unavailable(server: Server, sql: Connection, database_url: str) -> Iterator[None]:
    """Close all connections to the database except `sql`, and reject new ones."""
    name = urlsplit(database_url).path.removeprefix("/")
    allow_connections = query.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format
    with server.connection() as connection, connection.cursor() as cursor, sql.cursor() as own_cursor:
        cursor.execute(allow_connections(query.Identifier(name), query.SQL("false")))
        try:
            own_cursor.execute(CLOSE_OTHER_CONNECTIONS)
            yield
        finally:
            cursor.execute(allow_connections(query.Identifier(name), query.SQL("true")))
