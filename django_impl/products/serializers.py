from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from django_impl.common.exceptions import NotAuthenticated, PermissionDenied
from django_impl.common.validation.errors import error_messages
from django_impl.common.validation.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DecimalField,
    IntegerField,
    ListField,
    NonZeroIntegerField,
    SlugField,
)
from django_impl.common.validation.filters import ListQuery
from django_impl.common.validation.output_fields import DateTimeField, ImagePathField, IsPositiveField, UUIDField
from django_impl.common.validation.query_fields import QueryBooleanField
from django_impl.common.validation.serializers import FormInput, InputSerializer, PartialInput, ReadOnlySerializer
from django_impl.contract import IMAGES, MAX_INT32, MIN_PRICE
from django_impl.products.images import InvalidImage, NormalizedImage, normalize_image
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
    """Fields that are not sent do not change."""


class StockAdjustment(InputSerializer):
    quantity = NonZeroIntegerField(
        min_value=-MAX_INT32 - 1, help_text="Number of pieces to add, or to remove if negative."
    )


# --8<-- [start:image]
@extend_schema_field({"type": "string", "format": "binary", "maxLength": IMAGES["max_bytes"]})
class ImageFileField(serializers.FileField):
    """The file of an image. DRF's ImageField also accepts other formats, and keeps the file as it is."""

    default_error_messages = error_messages(
        "required", "not_a_file", "invalid_image", "too_many_pixels", "animated_image"
    )

    def to_internal_value(self, data: Any) -> NormalizedImage:  # type: ignore[override] # not the file itself
        """Return the image as it is stored. Raises ValidationError."""
        if not isinstance(data, UploadedFile):
            self.fail("not_a_file" if data else "required")
        try:
            return normalize_image(data)
        except InvalidImage as error:
            self.fail(error.code, limit=error.limit)


class NewProductImage(FormInput):
    image = ImageFileField(help_text="The file.")
    # --8<-- [end:image]


class ProductOut(ReadOnlySerializer):
    id = UUIDField()
    name = CharField(min_length=1, max_length=200)
    slug = SlugField(max_length=220)
    description = CharField(min_length=10, max_length=5000, multiline=True)
    price = DecimalField()
    stock = IntegerField()
    category = SlugField(max_length=120, source="category.slug")
    category_name = CharField(min_length=1, max_length=100, source="category.name")
    image = ImagePathField(
        min_length=1, max_length=300, allow_null=True, help_text="Path of the image, or null if there is none."
    )
    is_active = BooleanField()
    is_in_stock = IsPositiveField(source="stock")
    created_at = DateTimeField()
    updated_at = DateTimeField()


class FeaturedProducts(serializers.Serializer[Any]):
    items = ListField(min_length=0, max_length=FEATURED_LIMIT, child=ProductOut())


# --8<-- [start:query]
class ProductParameters(ListQuery):
    """The parameters of the list of products. A product must match all filters."""

    filters = {
        "search": ProductQuerySet.matching,
        "category": ProductQuerySet.in_category,
        "min_price": ProductQuerySet.min_price,
        "max_price": ProductQuerySet.max_price,
        "in_stock": ProductQuerySet.in_stock,
        "is_active": ProductQuerySet.is_active,
    }

    search = CharField(
        min_length=1,
        max_length=100,
        required=False,
        help_text="Each word must be the beginning of a word in the name or description. Case does not matter.",
    )
    category = CharField(min_length=1, max_length=120, required=False, help_text="Slug of the category.")
    min_price = DecimalField(required=False, help_text="The lowest price, inclusive.")
    max_price = DecimalField(required=False, help_text="The highest price, inclusive.")
    in_stock = QueryBooleanField(required=False, help_text="Whether at least one piece is in stock.")
    is_active = QueryBooleanField(required=False, help_text="For staff only.")
    ordering = ChoiceField(
        ORDERINGS, default=ORDERINGS[0], help_text="The column to sort by. A minus sign means descending order."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Allow `is_active` only to staff. It is checked only if the query has no other error."""
        user = self.context["request"].user
        if "is_active" in attrs and not user.is_authenticated:
            raise NotAuthenticated
        if "is_active" in attrs and not user.is_staff:
            raise PermissionDenied
        return attrs

    # --8<-- [end:query]
