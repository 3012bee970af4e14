"""Django's PostgreSQL: 18 or newer, for `uuidv7()`, with a health check that costs no statement."""

from select import POLLIN, poll

from django.db.backends.postgresql import base, features


class DatabaseFeatures(features.DatabaseFeatures):
    """Refuses an older server at the first connection, so nothing has to ask for its version."""

    minimum_database_version = (18,)
    is_postgresql_18 = True


class DatabaseWrapper(base.DatabaseWrapper):
    """Notices a connection that died while it was idle before a request finds out."""

    features_class = DatabaseFeatures

    def is_usable(self) -> bool:
        """Tell whether the server has not hung up: on an idle connection there is nothing to read until it does."""
        if self.connection is None or self.connection.closed:
            return False
        waiting = poll()
        waiting.register(self.connection.fileno(), POLLIN)
        return not waiting.poll(0)
