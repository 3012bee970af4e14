from django_impl.common.validation.fields import ID, Integer, Slug, Text, Time
from django_impl.common.validation.filters import ListParameters
from django_impl.common.validation.read_only_serializers import Output
from django_impl.common.validation.serializers import Body, Changes

PARENT = "Slug of the category above it, or null at the top."


class NewCategory(Body):
    name = Text(1, 100)
    description = Text(0, 1000, lines=True, default="")
    parent = Slug(120, default=None, allow_null=True, help_text=PARENT)  # type: ignore[assignment] # DRF takes it away


class CategoryChanges(Changes, NewCategory):
    """Fields that are not named stay as they are."""


class CategoryOut(Output):
    id = ID()
    name = Text(1, 100)
    slug = Slug(120)
    description = Text(0, 1000, lines=True)
    parent = Slug(120, source="parent_slug", allow_null=True, help_text=PARENT)  # type: ignore[assignment] # as above
    product_count = Integer(help_text="Active products directly in the category.")
    created_at = Time()


class CategoryParameters(ListParameters):
    """Categories are listed by name."""

    orderings = ("name",)
