"""A database backend: Django's own for PostgreSQL 18 or newer, with deadlines, and a health check without a statement.

Django's health check sends `SELECT 1` before each request, one round trip more than FastAPI needs. A normal project
uses `django.db.backends.postgresql`. See decision 20: The same database work for each request.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base, features
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from django_impl.common.activity import count_statement
from django_impl.common.database.postgresql.deadlines import WatchedConnection, WatchedCursor, has_data
from django_impl.contract import DATABASE


class DatabaseFeatures(features.DatabaseFeatures):
    """Requires PostgreSQL 18, for `uuidv7()`. Django checks the version at the first connection."""

    minimum_database_version = (18,)
    is_postgresql_18 = True  # Django's property would open a connection to read the version


# --8<-- [start:count-statement]
def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Count a statement of the current request, and execute it: Django's way to observe statements."""
    count_statement()
    return execute(sql, params, many, context)
    # --8<-- [end:count-statement]


class DatabaseWrapper(base.DatabaseWrapper):
    """Finds a connection that was lost while idle before a request uses it."""

    features_class = DatabaseFeatures

    # --8<-- [start:count]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.OBSERVES_REQUESTS:
            self.execute_wrappers.append(count)
            # --8<-- [end:count]

    def get_connection_params(self) -> dict[str, Any]:
        """Return Django's parameters, with classes of psycopg2 that have a deadline. See `pool` for psycopg 3."""
        if is_psycopg3:
            return super().get_connection_params()
        watched = {"connection_factory": WatchedConnection, "cursor_factory": WatchedCursor}
        return {**super().get_connection_params(), **watched}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a new connection. That of /readyz (`readiness`) has a shorter deadline."""
        connection = super().get_new_connection(conn_params)
        if self.alias == "readiness":
            connection.deadline_seconds = DATABASE["readiness_timeout_ms"] / 1000
        return connection

    def is_usable(self) -> bool:
        """Return whether the connection is open."""
        return self.connection is not None and not self.connection.closed and not has_data(self.connection)
