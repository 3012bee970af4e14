"""Run an implementation on its own database, with one recorded connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg2

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import Budget, serve
from harness.wire.proxy import noted
from tests.parity.seed_data import SeededDatabase
from tests.same_work.requests import ROWS, Implementation


@contextmanager
def noted_implementation(name: Any, server: Server) -> Iterator[Implementation]:
    """Serve an implementation with a single connection to a shop whose pages are full."""
    with database(server, name_hint=f"noted_{name}") as url, noted(url) as (noted_url, journal):
        connection = psycopg2.connect(url)
        connection.autocommit = True
        SeededDatabase(connection).restore()
        connection.cursor().execute(ROWS)
        budget = Budget(workers=1, threads=1, pool=1)
        with (
            serve(name, noted_url, budget=budget) as running,
            httpx.Client(base_url=running.url, trust_env=False, timeout=30) as client,
        ):
            yield Implementation(name, client, journal, connection)
        connection.close()
