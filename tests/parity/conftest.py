"""Both implementations, on one database with the seed data of the cases."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import psycopg2
import pytest

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import Implementation, RunningServer, serve
from tests.parity.seed_data import ENVIRONMENT, SeededDatabase

IMPLEMENTATIONS: tuple[Implementation, ...] = ("django", "fastapi")


@pytest.fixture(scope="session")
def seeded_url(server: Server) -> Iterator[str]:
    """URL of a database for the cases alone. The other tests cannot use it, because the cases delete all rows."""
    with database(server, name_hint="parity") as url:
        yield url


@pytest.fixture(scope="session")
def seeded_database(seeded_url: str) -> Iterator[SeededDatabase]:
    """The database, with a method that restores the seed data."""
    connection = psycopg2.connect(seeded_url)
    connection.autocommit = True
    yield SeededDatabase(connection)
    connection.close()


@pytest.fixture(scope="session")
def parity_implementations(seeded_url: str) -> Iterator[Mapping[str, RunningServer]]:
    """Both implementations, on the database of the cases."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(serve(name, seeded_url, environment=ENVIRONMENT)) for name in IMPLEMENTATIONS}
