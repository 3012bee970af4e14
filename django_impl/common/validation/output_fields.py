"""Fields that only occur in responses. Fields that also occur in requests are in `fields.py`."""

from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db.models.fields.files import FieldFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from django_impl.common.validation import values
from django_impl.common.validation.fields import BooleanField, CharField, UnconvertedField


class IsPositiveField(BooleanField):
    """Whether a number is above 0."""

    def to_representation(self, value: int) -> bool:
        """Return true or false."""
        return value > 0


@extend_schema_field({"type": "string", "pattern": "^/media/"})  # drf-spectacular would derive CharField's pattern
class ImagePathField(CharField):
    """The path of an image, or null where there is none."""

    def to_representation(self, value: str | FieldFile) -> str | None:
        """Return the path of the name that the database has. It needs no escaping."""
        return f"{settings.MEDIA_URL}{value}" if value else None


@extend_schema_field(  # drf-spectacular would derive only the format
    {"type": "string", "format": "uuid", "minLength": 36, "maxLength": 36, "pattern": f"^{values.UUID.pattern}$"}
)
class UUIDField(UnconvertedField, serializers.UUIDField):
    """A UUID, in lower case with hyphens."""

    def to_representation(self, value: UUID) -> str:
        """Return the canonical form."""
        return str(value)


@extend_schema_field(  # drf-spectacular would derive only the format
    {"type": "string", "format": "date", "minLength": 10, "maxLength": 10, "pattern": r"^\d{4}-\d{2}-\d{2}$"}
)
class DateField(UnconvertedField, serializers.DateField):
    """A day."""

    def to_representation(self, value: date) -> str:
        """Return the day as in ISO 8601."""
        return value.isoformat()


@extend_schema_field(  # drf-spectacular would derive only the format
    {
        "type": "string",
        "format": "date-time",
        "minLength": 20,
        "maxLength": 27,
        "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?Z$",
    }
)
class DateTimeField(UnconvertedField, serializers.DateTimeField):
    """A time in UTC, in RFC 3339 with `Z`. The fraction is omitted if it is 0."""

    def to_representation(self, value: datetime) -> str:
        """Return the time in RFC 3339. `value` must be in UTC, the time zone of the database connection."""
        return f"{value.replace(tzinfo=None).isoformat()}Z"
