"""Fresh databases, cloned from templates that are migrated and seeded once."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from harness.databases import catalog, templates
from harness.databases.catalog import create_empty, drop
from harness.postgres.server import Server

__all__ = ["create_empty", "database", "drop"]

# Distinctive: names that start so may be dropped, also on a server that is not ours alone.
_PREFIX = "shop_harness_clone_"


@contextmanager
def database(server: Server, *, size: str | int = "empty", name_hint: str = "", seed: int = 1) -> Iterator[str]:
    """URL of a fresh migrated database with `size` seeded products ("empty": no rows at all), dropped at the end."""
    name = f"{_PREFIX}{name_hint[:20]}_{os.getpid()}_{secrets.token_hex(4)}"
    with server.connection() as connection, connection.cursor() as cursor:
        for abandoned in catalog.names(cursor, _PREFIX):
            catalog.drop_if_unused(server, cursor, abandoned, lock_name=abandoned)
        # Held as long as the database is used: one whose lock is free was left behind by a killed process.
        catalog.lock(cursor, name)
        templates.clone(server, name, products=0 if size == "empty" else int(size), seed=seed)
        try:
            yield server.url(name)
        finally:
            drop(server, name)
