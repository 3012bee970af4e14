"""Output serializers: rows and model instances give the same output, and rows select only serialized columns."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any, NamedTuple

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


def test_model_instance_is_serialized_by_column_path() -> None:
    model = SimpleNamespace(room=SimpleNamespace(name="Attic"), price=Decimal(2))
    expected = {"title": "Attic", "price": "2.00", "is_full": True}

    assert Shelf(model).data == expected
    assert list(Shelf.plan().columns) == ["room__name", "price", "price"]


def test_none_is_serialized_as_null() -> None:
    assert Shelf(SimpleNamespace(room=SimpleNamespace(name=None), price=None)).data == dict.fromkeys(
        ["title", "price", "is_full"]
    )


def test_rows_select_only_serialized_columns() -> None:
    statement = str(ProductOut.select_columns(Product.objects.all()).query)

    assert "search_vector" not in statement
    assert statement.count('"products"."stock"') == 1
    assert '"categories"."description"' not in statement
    assert "product_count" in str(
        CategoryOut.select_columns(Category.objects.with_details(products=Product.objects.active())).query
    )


class Label(ReadOnlySerializer):
    title = CharField(min_length=1, max_length=9)


class Mixed(ReadOnlySerializer):
    """Project fields together with DRF fields."""

    title = CharField(min_length=1, max_length=9)
    slug = serializers.CharField(source="get_slug")
    secret = serializers.CharField(write_only=True)
    pieces = serializers.SerializerMethodField()

    def get_pieces(self, instance: Any) -> int:
        """Return a value that is not a column."""
        return len(instance.title)


class WithPlainColumn(ProductOut):
    pieces = serializers.IntegerField(source="stock")


def test_serializer_with_one_field() -> None:
    assert Label(SimpleNamespace(title="Attic")).data == {"title": "Attic"}
    assert Label({"title": "Attic"}).data == {"title": "Attic"}


def test_drf_fields_are_serialized() -> None:
    model = SimpleNamespace(title="Attic", get_slug=lambda: "attic")

    assert Mixed(model).data == {"title": "Attic", "slug": "attic", "pieces": 5}


def test_rows_include_drf_fields_with_column_source() -> None:
    rows = WithPlainColumn.select_columns(Product.objects.all())

    assert WithPlainColumn.plan().columns[-1] == "stock"
    assert str(rows.query).count('"products"."stock"') == 1


def test_rows_reject_method_fields() -> None:
    with pytest.raises(AssertionError, match=r"Mixed\.select_columns: pieces needs a model"):
        Mixed.select_columns(Product.objects.all())


class WithLabels(ReadOnlySerializer):
    name = CharField(min_length=1, max_length=9)
    labels = ListField(min_length=0, max_length=9, child=Label())


def test_rows_reject_nested_lists() -> None:
    with pytest.raises(AssertionError, match=r"WithLabels\.select_columns: labels needs a model"):
        WithLabels.select_columns(Product.objects.all())


class ShelfRow(NamedTuple):
    name: str
    room__name: str


class Choosable(ReadOnlySerializer):
    """DRF's documented example of fields that are chosen for each instance of the serializer."""

    name = CharField(min_length=1, max_length=9)
    room = CharField(min_length=1, max_length=9, source="room.name")

    def __init__(self, *args: Any, fields: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fields is not None:
            for name in set(self.fields) - set(fields):
                self.fields.pop(name)


@pytest.mark.parametrize(
    "instance",
    [
        SimpleNamespace(name="Tray", room=SimpleNamespace(name="Attic")),
        {"name": "Tray", "room": {"name": "Attic"}},
        ShelfRow("Tray", "Attic"),
    ],
    ids=["model", "dict", "row"],
)
def test_fields_can_be_removed_from_one_serializer(instance: Any) -> None:
    assert Choosable(instance, fields=["room"]).data == {"room": "Attic"}
    assert list(Choosable([instance], many=True, fields=["name"]).data) == [{"name": "Tray"}]
    assert Choosable(instance, fields=[]).data == {}
    assert Choosable(instance).data == {"name": "Tray", "room": "Attic"}


def test_row_with_one_field() -> None:
    assert Label.plan().get_row_values(SimpleNamespace(title="Attic")) == ("Attic",)
