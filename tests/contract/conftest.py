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
CONNECTIONS = 100


@contextmanager
def caller(running: RunningServer) -> Iterator[Client]:
    """Yield an unauthenticated client of an implementation."""
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    with httpx.Client(
        base_url=running.url, limits=limits, timeout=TIMEOUT_SECONDS, trust_env=False, verify=False
    ) as http:
        yield Client(running.name, http)


@pytest.fixture(scope="session")
def at_django(django: RunningServer) -> Iterator[Client]:
    with caller(django) as client:
        yield client


@pytest.fixture(scope="session")
def at_fastapi(fastapi: RunningServer) -> Iterator[Client]:
    with caller(fastapi) as client:
        yield client


@pytest.fixture
def callers(
    at_django: Client,
    at_fastapi: Client,
    sql: Connection,  # noqa: ARG001 - the tables are to be empty first
) -> Mapping[str, Client]:
    """An unauthenticated client of each implementation, by name."""
    return {client.implementation: client for client in (at_django, at_fastapi)}


@pytest.fixture(params=IMPLEMENTATIONS)
def anonymous(
    request: pytest.FixtureRequest,
    sql: Connection,  # noqa: ARG001 - the tables are to be empty first
) -> Client:
    """An unauthenticated client; every test runs once for each implementation."""
    client: Client = request.getfixturevalue(f"at_{request.param}")
    return client


@pytest.fixture
def staff_account(sql: Connection) -> Account:
    return new_account(sql, is_staff=True)


@pytest.fixture
def staff(anonymous: Client, staff_account: Account) -> Client:
    return anonymous.as_(staff_account)


@pytest.fixture
def shopper(anonymous: Client, sql: Connection) -> Client:
    """A customer without orders."""
    return anonymous.as_(new_account(sql))


@pytest.fixture
def stranger(anonymous: Client, sql: Connection) -> Client:
    """Another customer."""
    return anonymous.as_(new_account(sql))


@pytest.fixture
def category(staff: Client) -> Json:
    """A category without products."""
    return new_category(staff)


@pytest.fixture
def product(staff: Client, category: Json) -> Json:
    """An active product with 10 pieces in stock."""
    return new_product(staff, category)


@pytest.fixture
def product_with_stock(staff: Client, category: Json) -> Callable[[int], Json]:
    """A factory of products with a given stock."""
    return lambda stock: new_product(staff, category, stock=stock)
