"""Create, find, lock and drop the databases of a server."""

from psycopg2 import extensions, sql

from harness.postgres.server import Server

# A builtin locale, so that text is sorted and compared in the same way on every machine, with any libc.
LOCALE = "C.UTF-8"
_OPTIONS = f"TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE '{LOCALE}'"


def create_empty(server: Server, name: str) -> None:
    """Create a database without tables, with the builtin locale C.UTF-8."""
    with server.connection() as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} {}").format(sql.Identifier(name), sql.SQL(_OPTIONS)))


def drop(server: Server, name: str) -> None:
    """Drop a database if it exists, and close its connections."""
    with server.connection() as connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def exists(cursor: extensions.cursor, name: str) -> bool:
    """Return True if there is a database of that name."""
    cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return cursor.fetchone() is not None


def locale(cursor: extensions.cursor, name: str) -> str | None:
    """Return the builtin locale of a database, or None if it has a locale of another provider."""
    cursor.execute("SELECT datlocale FROM pg_database WHERE datname = %s AND datlocprovider = 'b'", [name])
    row = cursor.fetchone()
    return row[0] if row else None


def names(cursor: extensions.cursor, prefix: str) -> list[str]:
    """Return the names of the databases that start with the prefix, sorted."""
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY datname", [prefix])
    return [name for (name,) in cursor.fetchall()]


def lock(cursor: extensions.cursor, name: str, *, shared: bool = False) -> None:
    """Wait for the advisory lock of a name. The lock is held until the session ends."""
    function = "pg_advisory_lock_shared" if shared else "pg_advisory_lock"
    cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [name])


def drop_if_unused(server: Server, cursor: extensions.cursor, name: str, *, lock_name: str) -> None:
    """Drop a database unless another session holds the advisory lock of `lock_name`."""
    cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [lock_name])
    if cursor.fetchone() == (True,):
        drop(server, name)
        cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [lock_name])
