"""Models, migrations and database settings."""

from uuid import UUID

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import NotSupportedError, connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from django_impl.categories.models import Category
from django_impl.common.slugs import free_slug, slug_base
from django_impl.orders.models import Order, OrderItem
from django_impl.products.models import Product
from django_impl.users.models import User


def test_migrations_match_models() -> None:
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    changes = detector.changes(loader.graph)

    assert changes == {}


def test_model_str() -> None:
    user, category, product = User(email="a@example.com"), Category(name="Lamps"), Product(name="Desk lamp")
    order = Order(id=UUID(int=1))

    assert [str(instance) for instance in (user, category, product, order)] == [
        "a@example.com",
        "Lamps",
        "Desk lamp",
        "Order 00000000-0000-0000-0000-000000000001",
    ]
    assert str(OrderItem(quantity=2, product_name="Desk lamp")) == "2 x Desk lamp"


def test_clean_fields_accepts_generated_slugs_and_rejects_negative_stock() -> None:
    category = Category(name="Lamps", slug=free_slug("lamps", {"lamps"}))
    product = Product(name="Lamp", slug=slug_base("Ünique lamp", max_length=200, otherwise="product"), stock=-1)

    category.clean_fields()
    with pytest.raises(ValidationError) as rejected:
        product.clean_fields(exclude=["description", "price", "category"])

    assert list(rejected.value.error_dict) == ["stock"]


def test_client_sets_read_committed_isolation(connected: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setting, source FROM pg_settings WHERE name = 'default_transaction_isolation'")

        # A setting of the client takes precedence over those of the role and the database.
        assert cursor.fetchone() == ("read committed", "client")


def test_unsupported_postgresql_version_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "get_database_version", lambda: (17, 6))

    with pytest.raises(NotSupportedError, match=r"PostgreSQL 18 or later is required \(found 17\.6\)"):
        connection.check_database_version_supported()
