from typing import Any

from django.core.management.commands import migrate
from django.db import connections


# --8<-- [start:migrate]
class Command(migrate.Command):
    """Django's own, but for the time-out of its statements."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Let a statement take longer than one of a request. A lock may not: requests would wait behind it."""
        with connections[options["database"]].cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        return super().handle(*args, **options)

    # --8<-- [end:migrate]
