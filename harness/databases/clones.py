"""Temporary databases, cloned from templates that are migrated and seeded once."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from harness.databases import catalog, templates
from harness.databases.catalog import create_empty, drop
from harness.postgres.server import Server

__all__ = ["create_empty", "database", "drop"]

# All databases with this prefix may be dropped, so no other program should use it.
_PREFIX = "shop_harness_clone_"


@contextmanager
def database(server: Server, *, size: str | int = "empty", name_hint: str = "", seed: int = 1) -> Iterator[str]:
    """Create a migrated database, yield its URL, and drop it at the end.

    It contains `size` products and the rows that belong to them, or no rows if `size` is "empty".
    """
    name = f"{_PREFIX}{name_hint[:20]}_{os.getpid()}_{secrets.token_hex(4)}"
    with server.connection() as connection, connection.cursor() as cursor:
        for abandoned in catalog.names(cursor, _PREFIX):
            catalog.drop_if_unused(server, cursor, abandoned, lock_name=abandoned)
        # Held as long as the database is used. If the lock of a database is free, its process was killed.
        catalog.lock(cursor, name)
        templates.clone(server, name, products=0 if size == "empty" else int(size), seed=seed)
        try:
            yield server.url(name)
        finally:
            drop(server, name)
