"""Which errors mean that the database is away or too slow."""

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from fastapi_impl.contract import DATABASE

OUTAGES = tuple(DATABASE["outages"])


def is_transient(error: Exception) -> bool:
    """Return whether the same request may well succeed a little later."""
    match error:
        case PoolTimeoutError() | TimeoutError():
            return True
        case DBAPIError():
            return error.connection_invalidated or is_outdated(error) or _is_outage(error.orig)
        case _:
            return False


def is_outdated(error: DBAPIError) -> bool:
    """Return whether the schema changed since the statement was prepared; SQLAlchemy now prepares all of them again."""
    return isinstance(error.orig and error.orig.__cause__, asyncpg.InvalidCachedStatementError)


def _is_outage(error: BaseException | None) -> bool:
    cause = error.__cause__ if error else None
    if isinstance(cause, asyncpg.PostgresError):
        return str(cause.sqlstate).startswith(OUTAGES)
    return isinstance(cause, asyncpg.InterfaceError | OSError)
