"""Errors that mean that the database is unavailable or too slow."""

from django.db import Error, InterfaceError, OperationalError, connection

from django_impl.contract import DATABASE

OUTAGES = tuple(DATABASE["outages"])


def is_transient(error: Exception) -> bool:
    """Return whether the same request can succeed later, so that the response is a 503."""
    if not isinstance(error, Error):
        return False
    state = sqlstate(error)
    return state.startswith(OUTAGES) or has_lost_connection(error)


def has_lost_connection(error: Exception) -> bool:
    """Return whether the connection was lost or could not be opened: the error comes from libpq, without SQLSTATE.

    Whether a transaction was committed that lost its connection is unknown.
    """
    return isinstance(error, OperationalError | InterfaceError) and not sqlstate(error)


def close_connection_after_failover(error: Exception) -> None:
    """Close this thread's connection, and its pool if any, if the error says that its server is not the primary."""
    if isinstance(error, Error) and sqlstate(error) in DATABASE["lost_connections"]:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined] # its stubs lack it


def sqlstate(error: Error) -> str:
    """Return the SQLSTATE of the error, or an empty string if it has none."""
    cause = error.__cause__
    return getattr(cause, "pgcode", None) or getattr(cause, "sqlstate", None) or ""  # psycopg2, and psycopg 3
