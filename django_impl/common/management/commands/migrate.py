from typing import Any

from django.core.management.commands import migrate
from django.db import connections


# --8<-- [start:migrate]
class Command(migrate.Command):
    """Django's own command, without a time-out for its statements."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Remove statement_timeout. lock_timeout stays: requests wait behind a migration that waits for a lock."""
        with connections[options["database"]].cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        return super().handle(*args, **options)

    # --8<-- [end:migrate]
