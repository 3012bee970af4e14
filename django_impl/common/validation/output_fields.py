"""Fields of values that are only shown. Others that are shown are those of `fields.py`."""

from datetime import datetime
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from django_impl.common.validation import values
from django_impl.common.validation.fields import BooleanField, CharField, ContractField


class IsPositiveField(BooleanField):
    """Whether a number is above 0."""

    def to_representation(self, value: int) -> bool:
        """Return true or false."""
        return value > 0


@extend_schema_field({"type": "string", "pattern": "^/media/"})  # derived would be the pattern of a CharField
class ImagePathField(CharField):
    """The path of an image, which is only shown."""


@extend_schema_field(  # derived would be the format alone
    {"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36, "pattern": f"^{values.UUID.pattern}$"}
)
class UUIDField(ContractField, serializers.UUIDField):
    """A UUID, lower case with hyphens."""

    def to_representation(self, value: UUID) -> str:
        """Return the canonical form."""
        return str(value)


@extend_schema_field(  # derived would be the format alone
    {
        "type": "string",
        "format": "date-time",
        "minLength": 20,
        "maxLength": 27,
        "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?Z$",
    }
)
class DateTimeField(ContractField, serializers.DateTimeField):
    """A moment in UTC; RFC 3339 with `Z`, microseconds where there are any."""

    def to_representation(self, value: datetime) -> str:
        """Return RFC 3339; `value` is in UTC, as the database connection gives it."""
        return f"{value.replace(tzinfo=None).isoformat()}Z"
