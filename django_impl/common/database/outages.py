"""Which errors mean that the database is away or too slow."""

from django.db import Error, InterfaceError, OperationalError, connection

from django_impl.contract import DATABASE

OUTAGES = tuple(DATABASE["outages"])


def is_transient(error: Exception) -> bool:
    """Return whether the same request may well succeed a little later."""
    if not isinstance(error, Error):
        return False
    state = sqlstate(error)
    # Without a state, the connection broke, or there never was one.
    return state.startswith(OUTAGES) if state else isinstance(error, OperationalError | InterfaceError)


def drop_useless_connection(error: Exception) -> None:
    """Close this thread's connection where its server is no longer the primary."""
    if isinstance(error, Error) and sqlstate(error) in DATABASE["lost_connections"]:
        connection.close()


def sqlstate(error: Error) -> str:
    """Return the server's code for the error, or nothing where the server said none."""
    return getattr(error.__cause__, "pgcode", None) or ""
