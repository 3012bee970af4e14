"""Rows and models are shown alike, and a row holds no more than is shown."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from rest_framework import serializers

from django_impl.categories.models import Category
from django_impl.categories.serializers import CategoryOut
from django_impl.common.validation.fields import CharField, DecimalField, ListField
from django_impl.common.validation.output_fields import IsPositiveField
from django_impl.common.validation.serializers import ReadOnlySerializer
from django_impl.products.models import Product
from django_impl.products.serializers import ProductOut


class Shelf(ReadOnlySerializer):
    title = CharField(min_length=1, max_length=9, source="room.name")
    price = DecimalField()
    is_full = IsPositiveField(source="price")


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
    assert "product_count" in str(
        CategoryOut.rows(Category.objects.with_details(products=Product.objects.active())).query
    )


class Label(ReadOnlySerializer):
    title = CharField(min_length=1, max_length=9)


class Mixed(ReadOnlySerializer):
    """The contract's fields and DRF's."""

    title = CharField(min_length=1, max_length=9)
    slug = serializers.CharField(source="get_slug")
    secret = serializers.CharField(write_only=True)
    pieces = serializers.SerializerMethodField()

    def get_pieces(self, instance: Any) -> int:
        """A value that no column has."""
        return len(instance.title)


class WithPlainColumn(ProductOut):
    pieces = serializers.IntegerField(source="stock")


def test_a_single_field_is_shown() -> None:
    assert Label(SimpleNamespace(title="Attic")).data == {"title": "Attic"}
    assert Label({"title": "Attic"}).data == {"title": "Attic"}


def test_fields_of_drf_are_shown_as_drf_shows_them() -> None:
    model = SimpleNamespace(title="Attic", get_slug=lambda: "attic")

    assert Mixed(model).data == {"title": "Attic", "slug": "attic", "pieces": 5}


def test_rows_have_fields_of_drf_that_are_columns() -> None:
    row = WithPlainColumn.rows(Product.objects.all())

    assert WithPlainColumn.plan().columns[-1] == "stock"
    assert str(row.query).count('"products"."stock"') == 1


def test_rows_refuse_a_field_that_needs_a_model() -> None:
    with pytest.raises(AssertionError, match=r"Mixed\.rows: pieces needs a model"):
        Mixed.rows(Product.objects.all())


class WithLabels(ReadOnlySerializer):
    name = CharField(min_length=1, max_length=9)
    labels = ListField(min_length=0, max_length=9, child=Label())


def test_rows_refuse_a_list_of_related_objects() -> None:
    with pytest.raises(AssertionError, match=r"WithLabels\.rows: labels needs a model"):
        WithLabels.rows(Product.objects.all())


def test_a_row_with_a_single_field_is_read() -> None:
    assert Label.plan().of_row(SimpleNamespace(title="Attic")) == ("Attic",)
