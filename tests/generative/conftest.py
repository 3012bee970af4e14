"""An implementation, on a database for Schemathesis alone."""

from collections.abc import Iterator

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import RunningServer, serve
from tests.contract.observed import IMPLEMENTATIONS


@pytest.fixture(scope="module")
def generative_url(server: Server) -> Iterator[str]:
    """URL of a database for Schemathesis alone."""
    with database(server, name_hint="generative") as url:
        yield url


@pytest.fixture(scope="module")
def generative_sql(generative_url: str) -> Iterator[Connection]:
    """A connection to this database, in autocommit mode."""
    connection = psycopg2.connect(generative_url)
    connection.autocommit = True
    yield connection
    connection.close()


@pytest.fixture(scope="module", params=IMPLEMENTATIONS)
def generative_implementation(request: pytest.FixtureRequest, generative_url: str) -> Iterator[RunningServer]:
    """Each implementation, on this database."""
    with serve(request.param, generative_url) as running:
        yield running
