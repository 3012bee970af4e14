"""Errors that mean that the database is unavailable or too slow."""

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from fastapi_impl.common.exceptions import DatabaseUnavailable
from fastapi_impl.contract import DATABASE

OUTAGES = tuple(DATABASE["outages"])


def is_transient(error: Exception) -> bool:
    """Return whether the same request can succeed later, so that the response is a 503."""
    match error:
        case PoolTimeoutError():
            return True
        case DBAPIError():
            return error.connection_invalidated or is_outdated(error) or _is_outage(error.driver_exception)
        case _:
            return False


def has_lost_connection(error: Exception) -> bool:
    """Return whether the connection was lost, or could not be opened.

    Whether a transaction was committed that lost its connection is unknown.
    """
    match error:
        case DatabaseUnavailable():
            return True
        case DBAPIError():
            if is_outdated(error):
                return False
            return error.connection_invalidated or isinstance(error.driver_exception, asyncpg.InterfaceError)
        case _:
            return False


def is_outdated(error: DBAPIError) -> bool:
    """Return whether the schema has changed since the statement was prepared; the next execution prepares it again."""
    # SQLAlchemy 2.1 loses the `driver_exception` of this error alone.
    return isinstance(error.orig, AsyncAdapt_asyncpg_dbapi.InvalidCachedStatementError)


def _is_outage(error: Exception) -> bool:
    """Return whether asyncpg's error is one of the contract's SQLSTATE classes, or a broken connection."""
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate).startswith(OUTAGES)
    return isinstance(error, asyncpg.InterfaceError)
