"""Fixtures: HTTP clients of both implementations, accounts, a category and products."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import RunningServer
from tests.contract.client import Account, Client, Json
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import new_account, new_category, new_product

TIMEOUT_SECONDS = 30
MAX_CONNECTIONS = 100


@contextmanager
def open_client(running: RunningServer) -> Iterator[Client]:
    """Yield an unauthenticated client of an implementation's server."""
    limits = httpx.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS)
    with httpx.Client(
        base_url=running.url, limits=limits, timeout=TIMEOUT_SECONDS, trust_env=False, verify=False
    ) as http:
        yield Client(running.name, http)


@pytest.fixture(scope="session")
def django_client(django: RunningServer) -> Iterator[Client]:
    """Yield an unauthenticated client of the Django implementation."""
    with open_client(django) as client:
        yield client


@pytest.fixture(scope="session")
def fastapi_client(fastapi: RunningServer) -> Iterator[Client]:
    """Yield an unauthenticated client of the FastAPI implementation."""
    with open_client(fastapi) as client:
        yield client


@pytest.fixture
def clients(
    django_client: Client,
    fastapi_client: Client,
    sql: Connection,  # noqa: ARG001 - empties the tables
) -> Mapping[str, Client]:
    """Return an unauthenticated client of each implementation, by the name of the implementation."""
    return {client.implementation: client for client in (django_client, fastapi_client)}


@pytest.fixture(params=IMPLEMENTATIONS)
def anonymous(
    request: pytest.FixtureRequest,
    sql: Connection,  # noqa: ARG001 - empties the tables
) -> Client:
    """Return an unauthenticated client; a test that uses it runs once for each implementation."""
    client: Client = request.getfixturevalue(f"{request.param}_client")
    return client


@pytest.fixture
def staff_account(sql: Connection) -> Account:
    """Return the account of a new staff user."""
    return new_account(sql, is_staff=True)


@pytest.fixture
def staff(anonymous: Client, staff_account: Account) -> Client:
    """Return a client authenticated as a staff user."""
    return anonymous.as_(staff_account)


@pytest.fixture
def shopper(anonymous: Client, sql: Connection) -> Client:
    """Return a client authenticated as a customer without orders."""
    return anonymous.as_(new_account(sql))


@pytest.fixture
def other_shopper(anonymous: Client, sql: Connection) -> Client:
    """Return a client authenticated as another customer than `shopper`."""
    return anonymous.as_(new_account(sql))


@pytest.fixture
def category(staff: Client) -> Json:
    """Create a category without products."""
    return new_category(staff)


@pytest.fixture
def product(staff: Client, category: Json) -> Json:
    """Create an active product with 10 units in stock."""
    return new_product(staff, category)


@pytest.fixture
def product_with_stock(staff: Client, category: Json) -> Callable[[int], Json]:
    """Return a function that creates a product with the given stock."""
    return lambda stock: new_product(staff, category, stock=stock)
