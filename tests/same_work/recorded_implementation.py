"""Run an implementation on its own database, with one recorded connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import psycopg2

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import Budget, serve
from harness.wire.proxy import record_statements
from tests.parity.seed_data import SeededDatabase
from tests.same_work.measurement import ROWS, RecordedImplementation


@contextmanager
def serve_recorded(name: Any, server: Server) -> Iterator[RecordedImplementation]:
    """Run an implementation with a single connection, on a database with enough rows for a page of 100."""
    with database(server, name_hint=f"recorded_{name}") as url, record_statements(url) as (noted_url, journal):
        connection = psycopg2.connect(url)
        connection.autocommit = True
        SeededDatabase(connection).restore()
        connection.cursor().execute(ROWS)
        budget = Budget(workers=1, threads=1, pool=1)
        with (
            serve(name, noted_url, budget=budget) as running,
            httpx.Client(base_url=running.url, trust_env=False, timeout=30) as client,
        ):
            yield RecordedImplementation(name, client, journal, connection)
        connection.close()
