"""Which errors mean that the database is away or too slow."""

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

# Classes of SQLSTATE: connection, rollback of a transaction (deadlock), resources, operator intervention (which a
# statement time-out is as well), and lock_not_available.
TRANSIENT = ("08", "40", "53", "57", "55P03")


def is_outage(error: Exception) -> bool:
    """Return whether the same request may well succeed a little later."""
    match error:
        case PoolTimeoutError() | TimeoutError():
            return True
        case DBAPIError():
            return error.connection_invalidated or is_outdated(error) or _is_transient(error.orig)
        case _:
            return False


def is_outdated(error: DBAPIError) -> bool:
    """Return whether the schema changed since the statement was prepared; SQLAlchemy now prepares all of them again."""
    return isinstance(error.orig and error.orig.__cause__, asyncpg.InvalidCachedStatementError)


def _is_transient(error: BaseException | None) -> bool:
    cause = error.__cause__ if error else None
    if isinstance(cause, asyncpg.PostgresError):
        return str(cause.sqlstate).startswith(TRANSIENT)
    return isinstance(cause, asyncpg.InterfaceError | OSError)
