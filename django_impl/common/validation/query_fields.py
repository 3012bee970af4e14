"""Fields of query parameters whose text must be parsed. Strings, amounts and choices use `fields.py`."""

from drf_spectacular.utils import extend_schema_field
from rest_framework.fields import empty

from django_impl.common.validation import values
from django_impl.common.validation.fields import BooleanField, CharField, IntegerField

CURSOR_PATTERN = "^[A-Za-z0-9_-]+$"


class QueryIntegerField(IntegerField):
    """An integer from `min_value` to `max_value`."""

    def to_internal_value(self, data: str) -> int:
        """Return the integer of decimal digits."""
        number = values.parse_int(data)
        if isinstance(number, str):
            self.fail("not_an_integer")
        return number


class QueryBooleanField(BooleanField):
    """True or false."""

    default_empty_html = empty  # DRF reads a missing value of a QueryDict as false, as HTML forms omit unchecked boxes

    def to_internal_value(self, data: str) -> bool:
        """Return true or false."""
        if data not in {"true", "false"}:
            self.fail("not_a_boolean")
        return data == "true"


@extend_schema_field({"type": "string", "pattern": CURSOR_PATTERN})  # the decoder checks it
class CursorField(CharField):
    """The text of a cursor."""
