"""Makes the database unavailable, or locks a row, for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx
from psycopg2 import sql as query
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.postgres.server import Server
from tests.contract.document import SETTINGS

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


@contextmanager
def locked_product(server: Server, database_url: str, slug: str) -> Iterator[None]:
    """Lock the row of a product in another transaction."""
    name = urlsplit(database_url).path.removeprefix("/")
    with server.connection(name) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN; SELECT FROM products WHERE slug = %s FOR UPDATE", (slug,))
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def is_unavailable(response: httpx.Response) -> bool:
    """Return whether the response is a 503 that says when to try again."""
    return (response.status_code, response.headers.get("retry-after")) == (503, str(SETTINGS["retry_after_seconds"]))
