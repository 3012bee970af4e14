"""Test data and URLconf for the tests in this package."""

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
    """Create a staff user, three categories and three products in a transaction that is rolled back."""
    with transaction.atomic():
        user = User.objects.create_user("plain@example.com", "a password of the tests", "Test Staff", is_staff=True)
        for name in ("Plain A", "Plain B", "Plain C"):
            create_category(name=name, description="", parent=None)
        for number in (5, 7, 9):
            create_product(
                created_by=user,
                name=f"Plain {number}",
                description="A test product.",
                price=Decimal(number),
                stock=number,
                category="plain-a",
                is_active=True,
            )
        yield user
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def urlconf(user: User) -> Iterator[None]:
    """Use the URLconf of this package and roll back the changes of the test."""
    with override_settings(ROOT_URLCONF=urls), transaction.atomic():
        yield
        transaction.set_rollback(True)
