"""Callers of the wings, and things to call them about."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import httpx
import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.wings import RunningWing
from tests.contract.client import Account, Client, Json
from tests.contract.observed import WINGS
from tests.contract.shop import new_account, new_category, new_product

TIMEOUT_SECONDS = 30
CONNECTIONS = 100


@pytest.fixture(scope="session")
def callers(wings: Mapping[str, RunningWing]) -> Iterator[Mapping[str, Client]]:
    """For each wing a caller who is not signed in."""
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    with ExitStack() as stack:
        yield {
            name: Client(
                name,
                stack.enter_context(
                    httpx.Client(base_url=wing.url, limits=limits, timeout=TIMEOUT_SECONDS, trust_env=False, verify=False)
                ),
            )
            for name, wing in wings.items()
        }


@pytest.fixture(params=WINGS)
def wing(request: pytest.FixtureRequest, wings: Mapping[str, RunningWing]) -> RunningWing:
    """A running server of one wing; every test runs on each."""
    return wings[request.param]


@pytest.fixture
def anonymous(wing: RunningWing, callers: Mapping[str, Client]) -> Client:
    return callers[wing.name]


@pytest.fixture(scope="session")
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
    """Makes a product with so many pieces."""
    return lambda stock: new_product(staff, category, stock=stock)
