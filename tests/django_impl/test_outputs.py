"""Rows and models are shown alike, and a row holds no more than is shown."""

from decimal import Decimal
from types import SimpleNamespace

from django_impl.common.fields import Money, Positive, Text
from django_impl.common.outputs import Output
from django_impl.products.models import Category, Product
from django_impl.products.serializers import CategoryOut, ProductOut


class Shelf(Output):
    title = Text(1, 9, source="room.name")
    price = Money()
    is_full = Positive(source="price")


def test_a_model_and_a_row_are_shown_alike() -> None:
    model = SimpleNamespace(room=SimpleNamespace(name="Attic"), price=Decimal(2))
    shown = {"title": "Attic", "price": "2.00", "is_full": True}

    assert Shelf(model).data == shown
    assert list(Shelf.plan().columns) == ["room__name", "price", "price"]


def test_nothing_is_shown_as_null() -> None:
    assert Shelf(SimpleNamespace(room=SimpleNamespace(name=None), price=None)).data == dict.fromkeys(
        ["title", "price", "is_full"]
    )


def test_rows_ask_for_what_is_shown_and_no_more() -> None:
    statement = str(ProductOut.rows(Product.objects.all()).query)

    assert "search_vector" not in statement
    assert statement.count('"products"."stock"') == 1
    assert '"categories"."description"' not in statement
    assert "product_count" in str(CategoryOut.rows(Category.objects.with_details()).query)
