from django_impl.common.validation.fields import ID, Integer, Slug, Text, Time
from django_impl.common.validation.filters import ListQuery
from django_impl.common.validation.read_only_serializers import ReadOnlySerializer
from django_impl.common.validation.serializers import InputSerializer, PartialInput

PARENT = "Slug of the category above it, or null at the top."


class NewCategory(InputSerializer):
    name = Text(1, 100)
    description = Text(0, 1000, lines=True, default="")
    parent = Slug(120, default=None, allow_null=True, help_text=PARENT)  # type: ignore[assignment] # DRF takes it away


class CategoryChanges(PartialInput, NewCategory):
    """Fields that are not named stay as they are."""


class CategoryOut(ReadOnlySerializer):
    id = ID()
    name = Text(1, 100)
    slug = Slug(120)
    description = Text(0, 1000, lines=True)
    parent = Slug(120, source="parent_slug", allow_null=True, help_text=PARENT)  # type: ignore[assignment] # as above
    product_count = Integer(help_text="Active products directly in the category.")
    created_at = Time()


class CategoryParameters(ListQuery):
    """Categories are listed by name."""

    orderings = ("name",)
