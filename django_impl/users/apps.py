from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import pre_migrate


class UsersConfig(AppConfig):
    name = "django_impl.users"

    def ready(self) -> None:
        """Connect what belongs to no request."""
        pre_migrate.connect(lift_statement_timeout, sender=self)


def lift_statement_timeout(*, using: str, **_: Any) -> None:
    """Let a migration of a large table take longer than a request."""
    with connections[using].cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
