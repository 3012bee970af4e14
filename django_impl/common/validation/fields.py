"""DRF's fields, which take no value of another type and fail with the codes and messages of `errors.yaml`.

DRF's own coerce. Each field knows its `schema`, which the generated document shows.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.fields import empty

from django_impl.common.validation import values
from django_impl.contract import FIELD_MESSAGES, MAX_INT32

type Schema = dict[str, Any]

CONTROL_FREE = r"^[^\u0000-\u001F\u007F-\u009F]*$"
CONTROL_FREE_LINES = r"^[^\u0000-\u0008\u000B-\u001F\u007F-\u009F]*$"
MONEY_INPUT: Schema = {"type": "string", "minLength": 1, "maxLength": 11, "pattern": f"^{values.MONEY.pattern}$"}
PRICE_INPUT: Schema = MONEY_INPUT | {"pattern": r"^(0\.(0[1-9]|[1-9][0-9]?)|[1-9][0-9]{0,7}(\.[0-9]{1,2})?)$"}


def messages(*codes: str) -> dict[str, Any]:
    """Return the catalogue's messages for `default_error_messages`; `fail` fills in the limit."""
    return {code: FIELD_MESSAGES[code] for code in codes}


class ContractField(serializers.Field[Any, Any, Any, Any]):
    """What the fields add to DRF's: `read` checks strictly, the document shows `schema`, output is left as it is."""

    schema: Schema

    def read(self, value: Any) -> Any:
        """Return the value as the shop keeps it, or raise `InvalidValue`."""
        raise NotImplementedError  # abstract: each subclass parses its own kind of value

    def to_internal_value(self, data: Any) -> Any:
        """Return what `read` makes of the data."""
        try:
            return self.read(data)
        except values.InvalidValue as error:
            self.fail(error.code, limit=error.limit)

    def to_representation(self, value: Any) -> Any:
        """Return what JSON shows."""
        return value


class CharField(ContractField, serializers.CharField):
    """A string of `min_length` to `max_length` code points; `shown` is for the document alone."""

    default_error_messages = messages("not_a_string", "control_character", "too_short", "too_long")

    def __init__(
        self,
        *,
        min_length: int,
        max_length: int,
        multiline: bool = False,
        trim_whitespace: bool = True,
        shown: Schema | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trim_whitespace=trim_whitespace, **kwargs)
        # Without the two that DRF adds for NUL and surrogates: `read` and the parser have rejected these already.
        self.validators = [*kwargs.get("validators", ())]
        self.min_length, self.max_length = min_length, max_length
        self.options: dict[str, Any] = {
            "min_length": min_length,
            "max_length": max_length,
            "multiline": multiline,
            "trim_whitespace": trim_whitespace,
        }
        pattern = CONTROL_FREE_LINES if multiline else CONTROL_FREE
        self.schema = {
            "type": "string",
            "minLength": min_length,
            "maxLength": max_length,
            "pattern": pattern,
            **(shown or {}),
        }

    def read(self, value: Any) -> str:
        """Return the trimmed string."""
        return values.parse_text(value, **self.options)

    def run_validation(self, data: Any = empty) -> Any:
        """Return the valid string; DRF's `blank` is `too_short` here."""
        return serializers.Field.run_validation(self, data)


class SlugField(CharField):
    """A slug of at most `max_length` characters; what no slug looks like is not refused, it is not there."""

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(min_length=1, max_length=max_length, shown={"pattern": f"^{values.SLUG.pattern}$"}, **kwargs)


class EmailField(CharField):
    """An e-mail address, kept in lower case; the contract's pattern is not the one of DRF's EmailField."""

    default_error_messages = messages("invalid_email")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=3, max_length=254, shown={"pattern": f"^{values.EMAIL.pattern}$"}, **kwargs)

    def read(self, value: Any) -> str:
        """Return the address in lower case."""
        return values.parse_email(value)


# --8<-- [start:money]
class DecimalField(ContractField, serializers.DecimalField):
    """An amount with two decimals, a string in JSON; at least `min_value`, of at most `max_digits` in all."""

    default_error_messages = messages(
        "not_a_string", "control_character", "too_short", "too_long", "invalid_money", "too_small"
    )

    def __init__(self, *, min_value: Decimal = Decimal(0), max_digits: int = 10, **kwargs: Any) -> None:
        super().__init__(max_digits=max_digits, decimal_places=2, **kwargs)
        self.bounds = {"min_value": min_value}
        self.schema = {
            "type": "string",
            "minLength": 4,
            "maxLength": max_digits + 1,
            "pattern": rf"^(0|[1-9][0-9]{{0,{max_digits - 3}}})\.[0-9]{{2}}$",
        }

    def read(self, value: Any) -> Decimal:
        """Return the amount."""
        return values.parse_money(value, **self.bounds)

    def to_representation(self, value: Decimal) -> str:
        """Return the amount with two decimals."""
        return f"{value:.2f}"

    # --8<-- [end:money]


class IntegerField(ContractField, serializers.IntegerField):
    """An integer from `min_value` to `max_value`, but 0 where `zero` is false."""

    default_error_messages = messages("not_an_integer", "too_small", "too_large", "zero_not_allowed")

    def __init__(self, *, min_value: int = 0, max_value: int = MAX_INT32, zero: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bounds, self.zero = {"min_value": min_value, "max_value": max_value}, zero
        self.schema = {"type": "integer", "format": "int32", "minimum": min_value, "maximum": max_value}
        if not zero:
            self.schema["not"] = {"const": 0}

    def read(self, value: Any) -> int:
        """Return the integer."""
        number = values.parse_integer(value, **self.bounds)
        if not number and not self.zero:
            raise values.InvalidValue("zero_not_allowed")
        return number


class QueryIntegerField(IntegerField):
    """An integer in a query, where every value is text."""

    def read(self, value: Any) -> int:
        """Return the integer."""
        return values.parse_int(value, **self.bounds)


class BooleanField(ContractField, serializers.BooleanField):
    """True or false."""

    default_error_messages = messages("not_a_boolean")
    schema = {"type": "boolean"}

    def read(self, value: Any) -> bool:
        """Return true or false."""
        return values.parse_boolean(value)


class QueryBooleanField(BooleanField):
    """True or false in a query, where every value is text."""

    default_empty_html = empty  # DRF takes a box that a form does not send for an empty one: false

    def read(self, value: Any) -> bool:
        """Return true or false."""
        return values.parse_bool(value)


class IsPositiveField(BooleanField):
    """Whether a number is above 0."""

    def to_representation(self, value: int) -> bool:
        """Return true or false."""
        return value > 0


class ChoiceField(ContractField, serializers.ChoiceField):
    """One of a few words."""

    default_error_messages = messages("not_a_string", "invalid_choice")

    def __init__(self, choices: Sequence[str], **kwargs: Any) -> None:
        super().__init__(choices, **kwargs)
        self.schema = {"type": "string", "enum": list(choices)}

    def read(self, value: Any) -> str:
        """Return the word."""
        return values.parse_choice(value, choices=self.choices)


class UUIDField(ContractField, serializers.UUIDField):
    """A UUID, lower case with hyphens."""

    schema = {
        "type": "string",
        "format": "uuid",
        "minLength": 36,
        "maxLength": 36,
        "pattern": f"^{values.UUID.pattern}$",
    }

    def to_representation(self, value: UUID) -> str:
        """Return the canonical form."""
        return str(value)


class JWTField(ContractField, serializers.CharField):
    """A signed token."""

    schema = {
        "type": "string",
        "minLength": 20,
        "maxLength": 2000,
        "pattern": r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
    }


class ReadOnlyField(ContractField):
    """A value that is only ever shown."""

    def __init__(self, schema: Schema, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.schema = schema


class DateTimeField(ContractField, serializers.DateTimeField):
    """A moment in UTC; RFC 3339 with `Z`, microseconds where there are any."""

    schema = {
        "type": "string",
        "format": "date-time",
        "minLength": 20,
        "maxLength": 27,
        "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{6})?Z$",
    }

    def to_representation(self, value: datetime) -> str:
        """Return RFC 3339."""
        return values.format_time(value)
