"""Fixtures of all tests: the database server, a database of the test worker, and both implementations on it."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.databases.clones import database
from harness.postgres.server import Server, postgres
from harness.servers.server import RunningServer, serve
from tests.contract.observed import ContractCoverage

pytest_plugins = ["tests.options", "tests.preloading"]

# In an order in which foreign keys allow to delete all rows.
TABLES = (
    *("django_admin_log", "order_items", "orders", "products", "categories", "users", "throttles", "outbox"),
    "daily_reports",
)
# The limits of requests are for each minute, and `sql` resets the counts before each test.
LIMITED = {"THROTTLING": "true"}
EMPTIED = "SET synchronous_commit = off; " + "; ".join(f"DELETE FROM {table}" for table in TABLES)


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin that checks the coverage of the contract, and handle ignored signals."""
    config.pluginmanager.register(ContractCoverage())
    # nohup and `&` let a process ignore these signals, and child processes inherit that. Then the tests could not stop
    # the processes that they start. Child processes do not inherit handlers.
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the tests that take minutes, so that no test worker waits for them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("takes_minutes") is None)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The database server, which all test workers share."""
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def database_url(server: Server) -> Iterator[str]:
    """The URL of a migrated and empty database of this test worker."""
    with database(server, name_hint="tests") as url:
        yield url


@pytest.fixture(scope="session")
def media_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the images that both implementations store."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture(scope="session")
def django(database_url: str, media_dir: Path) -> Iterator[RunningServer]:
    """The Django implementation on the database of this test worker."""
    with serve("django", database_url, environment={**LIMITED, "MEDIA_DIR": str(media_dir)}) as running:
        yield running


@pytest.fixture(scope="session")
def fastapi(database_url: str, media_dir: Path) -> Iterator[RunningServer]:
    """The FastAPI implementation on the same database."""
    with serve("fastapi", database_url, environment={**LIMITED, "MEDIA_DIR": str(media_dir)}) as running:
        yield running


@pytest.fixture(scope="session")
def own_connection(database_url: str) -> Iterator[Connection]:
    """A connection to the database of this test worker, in autocommit."""
    connection = psycopg2.connect(database_url)
    connection.autocommit = True
    yield connection
    connection.close()


@pytest.fixture
def sql(own_connection: Connection) -> Connection:
    """The connection of `own_connection`, after all rows were deleted, so that no test finds rows of another test."""
    with own_connection.cursor() as cursor:
        cursor.execute(EMPTIED)
    return own_connection
