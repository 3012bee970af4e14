"""Fixtures: visitors of the pages."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import RunningServer
from tests.contract.client import Account, Client, Json
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.pages.visitor import Visitor, visit
from tests.contract.shop import new_account, new_category, new_product


@pytest.fixture
def new_visitor(anonymous: Client, request: pytest.FixtureRequest) -> Iterator[Callable[[], Visitor]]:
    """Return a function that makes a visitor of the implementation of the test."""
    running: RunningServer = request.getfixturevalue(anonymous.implementation)
    with ExitStack() as stack:
        yield lambda: stack.enter_context(visit(running))


@pytest.fixture
def visitor(new_visitor: Callable[[], Visitor]) -> Visitor:
    """Return a visitor who is not signed in."""
    return new_visitor()


@pytest.fixture
def account(sql: Connection) -> Account:
    """Return the account of a customer."""
    return new_account(sql)


@pytest.fixture
def customer(visitor: Visitor, account: Account) -> Visitor:
    """Return a visitor who is signed in."""
    assert visitor.sign_in(account.email).status_code == 303
    return visitor


@pytest.fixture
def both(request: pytest.FixtureRequest, sql: Connection) -> Iterator[list[Visitor]]:  # noqa: ARG001 - empties tables
    """Return a visitor of each implementation."""
    with ExitStack() as stack:
        yield [stack.enter_context(visit(request.getfixturevalue(name))) for name in IMPLEMENTATIONS]


@pytest.fixture
def products(staff: Client) -> list[Json]:
    """Create 25 products in two categories, with different prices and stocks."""
    categories = [new_category(staff, name=name) for name in ("Cups & mugs", "Plates")]
    return [
        new_product(
            staff, categories[number % 2], name=f"Thing {number:02}", price=f"{number + 1}.00", stock=number % 3
        )
        for number in range(25)
    ]
