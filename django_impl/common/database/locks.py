"""Locks that belong to a name and not to a row."""

from django.db import connection


def advisory_lock(name: str) -> None:
    """Take the advisory lock `name`, which the transaction holds until it ends. Waits while another one holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
