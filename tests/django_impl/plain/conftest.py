"""A shop with few rows, and the paths of the views in this folder."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import transaction
from django.test import override_settings

from django_impl.categories.services import create_category
from django_impl.products.services import create_product
from django_impl.users.models import User
from tests.django_impl.plain import urls


@pytest.fixture(scope="module")
def user(connected: None) -> Iterator[User]:
    """A member of staff in a shop of three categories and three products, which no one else sees."""
    with transaction.atomic():
        user = User.objects.create_user("plain@example.com", "a password of the tests", "P. Lain", is_staff=True)
        for name in ("Plain A", "Plain B", "Plain C"):
            create_category(name=name, description="", parent=None)
        for number in (5, 7, 9):
            create_product(
                created_by=user,
                name=f"Plain {number}",
                description="Nothing special.",
                price=Decimal(number),
                stock=number,
                category="plain-a",
                is_active=True,
            )
        yield user
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def plain_paths(user: User) -> Iterator[None]:
    """The paths of `urls`, and a test's changes undone."""
    with override_settings(ROOT_URLCONF=urls), transaction.atomic():
        yield
        transaction.set_rollback(True)
