"""The number of SQL statements of a request does not depend on the page size."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from django_impl.categories.services import create_category
from django_impl.orders.services import RequestedItem, place_order
from django_impl.products.services import create_product
from django_impl.users.models import User
from django_impl.users.tokens import issue_access_token


@pytest.fixture(scope="module")
def shopper(connected: None) -> Iterator[User]:
    """Create a customer with three orders and three products in a transaction that is rolled back."""
    with transaction.atomic():
        yield create_data()
        transaction.set_rollback(True)


def create_data() -> User:
    """Create a customer, a category, three products and three orders; return the customer."""
    user = User.objects.create_user("statements@example.com", "a password of the tests", "Test Customer")
    category = create_category(name="Statements", description="", parent=None)
    for number in range(3):
        product = create_product(
            created_by=user,
            name=f"Statement {number}",
            description="A test product.",
            price=Decimal("1.00"),
            stock=9,
            category=category.slug,
            is_active=True,
        )
        place_order(customer=user, items=[RequestedItem(product.slug, 1)], key=None)
    return user


@pytest.mark.parametrize(
    ("path", "signed_in", "statements"),
    [
        ("/healthz", False, 0),
        ("/readyz", False, 1),
        ("/api/auth/me", True, 1),
        ("/api/products/statement-1", False, 1),
        ("/api/products/statement-1", True, 2),
        ("/api/products?limit=1", False, 1),
        ("/api/products?limit=3", False, 1),
        ("/api/products?limit=3&search=statement&category=statements&in_stock=true&ordering=price", False, 1),
        ("/api/products/featured", False, 1),
        ("/api/categories", False, 1),
        ("/api/orders?limit=1", True, 3),
        ("/api/orders?limit=3", True, 3),
        ("/api/nowhere", True, 0),
    ],
)
def test_read_executes_expected_number_of_statements(
    shopper: User, path: str, signed_in: bool, statements: int
) -> None:
    headers = {"Host": "localhost"}
    if signed_in:
        headers["Authorization"] = f"Bearer {issue_access_token(shopper)}"

    connection = connections["readiness" if path == "/readyz" else "default"]
    with CaptureQueriesContext(connection) as captured:
        response = Client().get(path, headers=headers)

    assert response.status_code == (404 if "nowhere" in path else 200)
    assert len(captured) == statements, captured.captured_queries
