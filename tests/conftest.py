"""What every test may ask for: the database server, a database of one's own, and both wings on it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.databases import database
from harness.postgres import Server, postgres
from harness.wings import RunningWing, serve
from tests.contract.observed import WINGS, ContractCoverage


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(ContractCoverage())


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The database server that this run shares with all others."""
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def database_url(server: Server) -> Iterator[str]:
    """An empty migrated database of this test worker."""
    with database(server, name_hint="tests") as url:
        yield url


@pytest.fixture(scope="session")
def wings(database_url: str) -> Iterator[Mapping[str, RunningWing]]:
    """Both wings on the one database."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(serve(name, database_url)) for name in WINGS}


@pytest.fixture(scope="session")
def sql(database_url: str) -> Iterator[Connection]:
    """A connection to the database of this test worker, in autocommit."""
    connection = psycopg2.connect(database_url)
    connection.autocommit = True
    yield connection
    connection.close()
