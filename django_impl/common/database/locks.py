"""Locks on what has no row."""

from django.db import connection


def advisory_lock(name: str) -> None:
    """Wait until no other transaction holds the lock `name`, and hold it until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
