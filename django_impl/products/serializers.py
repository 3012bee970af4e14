from typing import Any

from rest_framework import serializers

from django_impl.common.exceptions import NotAuthenticated, PermissionDenied
from django_impl.common.validation.fields import (
    BooleanField,
    CharField,
    DateTimeField,
    DecimalField,
    IntegerField,
    IsPositiveField,
    SlugField,
    UUIDField,
)
from django_impl.common.validation.filters import (
    ListQuery,
    flag_parameter,
    money_parameter,
    ordering_parameter,
    text_parameter,
)
from django_impl.common.validation.read_only_serializers import ReadOnlySerializer
from django_impl.common.validation.serializers import InputSerializer, ListField, PartialInput
from django_impl.contract import MAX_INT32, MIN_PRICE
from django_impl.products.queries import FEATURED_LIMIT, ProductQuerySet

ORDERINGS = ("-created_at", "created_at", "price", "-price", "name", "-name")


class NewProduct(InputSerializer):
    name = CharField(min_length=1, max_length=200)
    description = CharField(min_length=10, max_length=5000, multiline=True)
    price = DecimalField(min_value=MIN_PRICE, help_text="At least 0.01.")
    stock = IntegerField(default=0)
    category = SlugField(max_length=120)
    is_active = BooleanField(default=True)


class ProductChanges(PartialInput, NewProduct):
    """Fields that are not named stay as they are."""


class StockAdjustment(InputSerializer):
    quantity = IntegerField(
        min_value=-MAX_INT32 - 1, zero=False, help_text="Pieces to add, or to remove where negative."
    )


class ProductOut(ReadOnlySerializer):
    id = UUIDField()
    name = CharField(min_length=1, max_length=200)
    slug = SlugField(max_length=220)
    description = CharField(min_length=10, max_length=5000, multiline=True)
    price = DecimalField()
    stock = IntegerField()
    category = SlugField(max_length=120, source="category.slug")
    category_name = CharField(min_length=1, max_length=100, source="category.name")
    image = CharField(
        min_length=1,
        max_length=300,
        shown={"pattern": "^/media/"},
        allow_null=True,
        help_text="Path of the image, or null.",
    )
    is_active = BooleanField()
    is_in_stock = IsPositiveField(source="stock")
    created_at = DateTimeField()
    updated_at = DateTimeField()


class FeaturedProducts(serializers.Serializer[Any]):
    items = ListField(min_length=0, max_length=FEATURED_LIMIT, child=ProductOut())


class ProductParameters(ListQuery):
    """Filters narrow each other."""

    orderings = ORDERINGS

    search = text_parameter(100, method="matching", help_text="Each word must start some word of the product's.")
    category = text_parameter(120, method="in_category", help_text="Slug of the category.")
    min_price = money_parameter("price", "gte", help_text="The least price, inclusive.")
    max_price = money_parameter("price", "lte", help_text="The highest price, inclusive.")
    in_stock = flag_parameter(method="with_stock", help_text="Whether at least one piece is in stock.")
    is_active = flag_parameter(method="for_staff", help_text="For staff only.")
    ordering = ordering_parameter(ORDERINGS, help_text="The column that orders the list; a minus means descending.")

    def matching(self, products: ProductQuerySet, _name: str, words: str) -> ProductQuerySet:
        """Keep what the search finds."""
        return products.matching(words)

    def in_category(self, products: ProductQuerySet, _name: str, slug: str) -> ProductQuerySet:
        """Keep what is directly in the category."""
        return products.in_category(slug)

    def with_stock(self, products: ProductQuerySet, _name: str, wanted: bool) -> ProductQuerySet:
        """Keep what is in stock, or what is not."""
        return products.in_stock(wanted)

    def for_staff(self, products: ProductQuerySet, _name: str, active: bool) -> ProductQuerySet:
        """Keep what is active, or what is not; only staff may ask."""
        if not self.request.user.is_authenticated:
            raise NotAuthenticated
        if not self.request.user.is_staff:
            raise PermissionDenied
        return products.filter(is_active=active)
