"""Django's PostgreSQL: 18 or newer, for `uuidv7()`, with a health check that costs no statement."""

from select import POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base, features

from django_impl.common.database.postgresql.deadlines import WatchedConnection, WatchedCursor
from django_impl.contract import DATABASE


class DatabaseFeatures(features.DatabaseFeatures):
    """Refuses an older server at the first connection, so nothing has to ask for its version."""

    minimum_database_version = (18,)
    is_postgresql_18 = True


class DatabaseWrapper(base.DatabaseWrapper):
    """Notices a connection that died while it was idle before a request finds out."""

    features_class = DatabaseFeatures

    def get_connection_params(self) -> dict[str, Any]:
        """Return Django's parameters, for a connection that knows since when it waits."""
        watched = {"connection_factory": WatchedConnection, "cursor_factory": WatchedCursor}
        return {**super().get_connection_params(), **watched}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection; the one that /readyz asks on waits less long than a request's."""
        connection = super().get_new_connection(conn_params)
        if self.alias == "readiness":
            connection.deadline_seconds = DATABASE["readiness_timeout_ms"] / 1000
        return connection

    def is_usable(self) -> bool:
        """Tell whether the server has not hung up: on an idle connection there is nothing to read until it does."""
        if self.connection is None or self.connection.closed:
            return False
        waiting = poll()
        waiting.register(self.connection.fileno(), POLLIN)
        return not waiting.poll(0)
