"""Both implementations on one database that holds the small world of the cases."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import psycopg2
import pytest

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import Implementation, RunningServer, serve
from tests.parity.world import World

IMPLEMENTATIONS: tuple[Implementation, ...] = ("django", "fastapi")


@pytest.fixture(scope="session")
def world_url(server: Server) -> Iterator[str]:
    """A database of this test worker for the world alone: it is emptied again and again."""
    with database(server, name_hint="parity") as url:
        yield url


@pytest.fixture(scope="session")
def world(world_url: str) -> Iterator[World]:
    """The rows that every case finds."""
    connection = psycopg2.connect(world_url)
    connection.autocommit = True
    yield World(connection)
    connection.close()


@pytest.fixture(scope="session")
def parity_implementations(world_url: str) -> Iterator[Mapping[str, RunningServer]]:
    """Both implementations on that database."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(serve(name, world_url)) for name in IMPLEMENTATIONS}
