"""DRF's fields without coercion: each accepts only its own JSON type, with the codes and messages of `errors.yaml`.

DRF's CharField also accepts numbers, its IntegerField and DecimalField accept strings such as " 1 ", its BooleanField
accepts "yes". drf-spectacular derives the schemas from DRF's classes and from the validators. `extend_schema_field`
replaces the type and format where these are not enough.
"""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from django_impl.common.slugs import SLUG
from django_impl.common.validation import values
from django_impl.common.validation.errors import BOUND_MESSAGES, error_messages
from django_impl.common.validation.validators import (
    MULTI_LINE,
    SINGLE_LINE,
    MaxItemsValidator,
    MaxLengthValidator,
    MinItemsValidator,
    MinLengthValidator,
    PatternValidator,
)
from django_impl.contract import MAX_INT32


class UnconvertedField(serializers.Field[Any, Any, Any, Any]):
    """A field that returns a value unchanged, because the values of a column already have the type of the field."""

    def to_representation(self, value: Any) -> Any:
        """Return the value unchanged."""
        return value


class CharField(UnconvertedField, serializers.CharField):
    """A string of `min_length` to `max_length` code points. Control characters are errors, except tab and line feed if
    `multiline`.
    """

    default_error_messages = error_messages("not_a_string")

    def __init__(self, *, min_length: int, max_length: int, multiline: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # In the order of the contract. DRF's validators for NUL and surrogates are omitted: the parser rejects both.
        self.validators = [
            MULTI_LINE if multiline else SINGLE_LINE,
            MinLengthValidator(min_length),
            MaxLengthValidator(max_length),
            *kwargs.get("validators", ()),
        ]

    def to_internal_value(self, data: Any) -> str:
        """Return the string, trimmed if `trim_whitespace`."""
        if not isinstance(data, str):
            self.fail("not_a_string")
        return data.strip() if self.trim_whitespace else data

    def run_validation(self, data: Any = empty) -> Any:
        """Return the validated string. `min_length` replaces the check of DRF's CharField for blank strings."""
        return serializers.Field.run_validation(self, data)


@extend_schema_field({"type": "string", "format": "password"})  # DRF has no such field
class PasswordField(CharField):
    """A password, which is never trimmed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)


@extend_schema_field({"type": "string", "pattern": f"^{SLUG.pattern}$"})  # it has no validator
class SlugField(CharField):
    """A slug of at most `max_length` characters. The pattern is not validated: no object has such a slug."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(min_length=1, max_length=max_length, **kwargs)


@extend_schema_field(
    {"type": "string", "pattern": f"^{values.EMAIL}$"}
)  # drf-spectacular would derive the first pattern
class EmailField(CharField):
    """An e-mail address in lower case. The contract's pattern differs from that of DRF's EmailField."""

    def __init__(self, **kwargs: Any) -> None:
        pattern = PatternValidator(values.EMAIL, "invalid_email")
        super().__init__(min_length=3, max_length=254, validators=[pattern], **kwargs)

    def run_validation(self, data: Any = empty) -> Any:
        """Return the address in lower case."""
        email = super().run_validation(data)  # before `lower()`, which turns U+212A into an ASCII k
        return email and email.lower()


# --8<-- [start:money]
class DecimalField(UnconvertedField, serializers.DecimalField):
    """An amount with two decimals, at least `min_value` and with at most `max_digits` digits. A string in JSON."""

    default_error_messages = BOUND_MESSAGES
    text = CharField(min_length=1, max_length=11, validators=[PatternValidator(values.MONEY, "invalid_money")])

    def __init__(self, *, min_value: Decimal = Decimal(0), max_digits: int = 10, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_digits=max_digits, decimal_places=2, **kwargs)

    def to_internal_value(self, data: Any) -> Decimal:
        """Return the amount of a string such as "19.99". DRF also accepts numbers, "1e3" and " 5 "."""
        return Decimal(self.text.run_validation(data))

    def to_representation(self, value: Decimal) -> str:
        """Return the amount with two decimals."""
        return f"{value:.2f}"

    # --8<-- [end:money]


@extend_schema_field({"type": "integer", "format": "int32"})  # drf-spectacular would derive no format
class IntegerField(UnconvertedField, serializers.IntegerField):
    """An integer from `min_value` to `max_value`."""

    default_error_messages = error_messages("not_an_integer") | BOUND_MESSAGES

    def __init__(self, *, min_value: int = 0, max_value: int = MAX_INT32, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        """Return the integer. 1.0 is an integer, as in JSON Schema."""
        if isinstance(data, float) and data.is_integer():
            data = int(data)
        if not isinstance(data, int) or isinstance(data, bool):
            self.fail("not_an_integer")
        return data


@extend_schema_field({"type": "integer", "format": "int32", "not": {"const": 0}})  # DRF has no such field
class NonZeroIntegerField(IntegerField):
    """An integer from `min_value` to `max_value`, except 0."""

    default_error_messages = error_messages("zero_not_allowed")

    def to_internal_value(self, data: Any) -> int:
        """Return the integer."""
        number = super().to_internal_value(data)
        if not number:
            self.fail("zero_not_allowed")
        return number


class BooleanField(UnconvertedField, serializers.BooleanField):
    """True or false."""

    default_error_messages = error_messages("not_a_boolean")

    def to_internal_value(self, data: Any) -> bool:
        """Return true or false."""
        if not isinstance(data, bool):
            self.fail("not_a_boolean")
        return data


class ChoiceField(UnconvertedField, serializers.ChoiceField):
    """One of the strings in `choices`."""

    default_error_messages = error_messages("not_a_string", "invalid_choice")

    def to_internal_value(self, data: Any) -> str:
        """Return the string."""
        if not isinstance(data, str):
            self.fail("not_a_string")
        choice: str = super().to_internal_value(data)
        return choice


class ListField(serializers.ListField):
    """An array of `min_length` to `max_length` items, each validated by `child`."""

    default_error_messages = error_messages("not_an_array")

    def __init__(self, *, min_length: int, max_length: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        at_least = [MinItemsValidator(min_length)] if min_length else []
        self.validators = [*at_least, MaxItemsValidator(max_length)]

    def to_internal_value(self, data: Any) -> list[Any]:
        """Return the items. Raises ValidationError with the errors of all items."""
        if not isinstance(data, list):
            self.fail("not_an_array")
        self.run_validators(data)  # first, so that the items of a too long array are not validated
        items: list[Any] = self.run_child_validation(data)
        return items
