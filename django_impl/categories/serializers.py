from django_impl.common.validation.fields import CharField, IntegerField, SlugField
from django_impl.common.validation.filters import ListQuery
from django_impl.common.validation.output_fields import DateTimeField, UUIDField
from django_impl.common.validation.serializers import InputSerializer, PartialInput, ReadOnlySerializer

PARENT = "Slug of the category above it, or null at the top."


class NewCategory(InputSerializer):
    name = CharField(min_length=1, max_length=100)
    description = CharField(min_length=0, max_length=1000, multiline=True, default="")
    parent = SlugField(max_length=120, default=None, allow_null=True, help_text=PARENT)  # type: ignore[assignment] # DRF takes it away


class CategoryChanges(PartialInput, NewCategory):
    """Fields that are not named stay as they are."""


class CategoryOut(ReadOnlySerializer):
    id = UUIDField()
    name = CharField(min_length=1, max_length=100)
    slug = SlugField(max_length=120)
    description = CharField(min_length=0, max_length=1000, multiline=True)
    parent = SlugField(max_length=120, source="parent_slug", allow_null=True, help_text=PARENT)  # type: ignore[assignment] # as above
    product_count = IntegerField(help_text="Active products directly in the category.")
    created_at = DateTimeField()


class CategoryParameters(ListQuery):
    """Categories are listed by name."""

    default_ordering = "name"
