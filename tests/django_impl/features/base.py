"""Client and test data shared by the feature tests."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient, APITestCase

from django_impl.categories.models import Category
from django_impl.categories.services import create_category
from django_impl.products.models import Product
from django_impl.products.services import create_product
from django_impl.users.models import User


class HostClient(APIClient):
    """APIClient that sends a Host header, as HTTP/1.1 requires; Django's test client sends none."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(**{"HTTP_HOST": "localhost", **defaults})


@pytest.mark.usefixtures("empty_tables", "connected")
class FeatureTestCase(APITestCase):
    """Run each test in a transaction that is rolled back, with data that is created once per class."""

    client_class = HostClient
    staff: User
    shopper: User
    category: Category
    product: Product

    @classmethod
    def setUpTestData(cls) -> None:
        """Create a staff user, a customer, and a category with one product."""
        cls.staff = User.objects.create_user("staff@tests.example", "a password of the tests", "Stan", is_staff=True)
        cls.shopper = User.objects.create_user("shopper@tests.example", "a password of the tests", "Sally")
        cls.category = create_category(name="Feature tests", description="", parent=None)
        cls.product = cls.create_product("Featuretest lamp")

    @classmethod
    def create_product(cls, name: str, **overrides: Any) -> Product:
        """Create a product in `self.category`."""
        values: dict[str, Any] = {
            "description": "Made by a test.",
            "price": Decimal("12.50"),
            "stock": 5,
            "category": cls.category.slug,
            "is_active": True,
        }
        return create_product(created_by=cls.staff, name=name, **(values | overrides))
