"""The codes and messages of `errors.yaml`, in the formats of DRF's fields and serializers."""

from typing import Any

from rest_framework.exceptions import ErrorDetail

from django_impl.contract import FIELD_MESSAGES

# DRF's numeric fields format these two messages with the limit.
BOUND_MESSAGES: dict[str, Any] = {
    "min_value": FIELD_MESSAGES["too_small"].replace("{limit}", "{min_value}"),
    "max_value": FIELD_MESSAGES["too_large"].replace("{limit}", "{max_value}"),
}


def error_messages(*codes: str) -> dict[str, Any]:
    """Return the messages for `default_error_messages`, so that a field can `fail` with these codes."""
    return {code: FIELD_MESSAGES[code] for code in codes}


def error_details(code: str) -> list[ErrorDetail]:
    """Return the error `code` as the `detail` of a ValidationError."""
    return [ErrorDetail(FIELD_MESSAGES[code], code)]
