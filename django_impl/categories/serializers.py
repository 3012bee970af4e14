from django_impl.common.validation.fields import CharField, IntegerField, SlugField
from django_impl.common.validation.filters import ListQuery
from django_impl.common.validation.output_fields import DateTimeField, UUIDField
from django_impl.common.validation.serializers import InputSerializer, PartialInput, ReadOnlySerializer

PARENT = "Slug of the parent category, or null at the top level."


class NewCategory(InputSerializer):
    name = CharField(min_length=1, max_length=100)
    description = CharField(min_length=0, max_length=1000, multiline=True, default="")
    parent = SlugField(max_length=120, default=None, allow_null=True, help_text=PARENT)  # type: ignore[assignment] # DRF removes it


class CategoryChanges(PartialInput, NewCategory):
    """Fields that are not sent do not change."""


class CategoryOut(ReadOnlySerializer):
    id = UUIDField()
    name = CharField(min_length=1, max_length=100)
    slug = SlugField(max_length=120)
    description = CharField(min_length=0, max_length=1000, multiline=True)
    parent = SlugField(max_length=120, source="parent_slug", allow_null=True, help_text=PARENT)  # type: ignore[assignment] # as above
    product_count = IntegerField(help_text="Number of active products in the category, without subcategories.")
    created_at = DateTimeField()


class CategoryParameters(ListQuery):
    """The parameters of the list of categories, which is ordered by name."""

    default_ordering = "name"
