"""Translation of exceptions of Django and DRF into the errors of the shop that mean the same."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core import exceptions as django_exceptions
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions
from rest_framework.exceptions import ErrorDetail
from rest_framework.settings import api_settings

from django_impl.common.exceptions import (
    ContentTooLarge,
    FieldError,
    InvalidRequest,
    MalformedBody,
    NotFound,
    PermissionDenied,
    TooManyRequests,
)
from django_impl.contract import FIELD_MESSAGES, RETRY_AFTER_SECONDS

MAX_NAME_LENGTH = 100

# DRF's codes that errors.yaml has under another name. Other codes are not changed.
SAME_CODES = {
    "null": "null_not_allowed",
    "unique": "not_unique",
    "not_a_list": "not_an_array",
    "min_value": "too_small",
    "max_value": "too_large",
    "parse_error": "malformed_body",
    "authentication_failed": "invalid_token",
}


@dataclass(frozen=True)
class DescribedError(FieldError):
    """An entry of a 422 with a message of its own, because errors.yaml need not list its code."""

    text: str = ""

    @property
    def message(self) -> str:
        """The message of the code in errors.yaml if it has one without a limit, else the message of the field."""
        known = FIELD_MESSAGES.get(self.code, "{limit}")
        return self.text if "{limit}" in known else known


def to_shop_error(error: Exception, context: Mapping[str, Any]) -> Exception:
    """Return the shop's error for an exception of Django or DRF, or `error` itself."""
    match error:
        case Http404():
            return NotFound()
        case django_exceptions.PermissionDenied():
            return PermissionDenied()
        case exceptions.Throttled():
            return TooManyRequests(getattr(error, "wait", None) or RETRY_AFTER_SECONDS)
        case django_exceptions.RequestDataTooBig():
            return ContentTooLarge()
        case (
            django_exceptions.BadRequest()
            | django_exceptions.SuspiciousOperation()
            | MultiPartParserError()
            | UnreadablePostError()
        ):
            return MalformedBody()
        case exceptions.ValidationError(status_code=400):
            in_ = "query" if context["request"].method in {"GET", "HEAD"} else "body"
            return InvalidRequest([*field_errors(error.detail, in_)])
    return error


# --8<-- [start:errors]
def field_errors(detail: Any, in_: str, pointer: str = "") -> Iterator[FieldError]:
    """Yield an entry, with a JSON pointer (RFC 6901), for each place in the `detail` of a ValidationError."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            is_non_field = name == api_settings.NON_FIELD_ERRORS_KEY and not _is_unknown_name(inner)
            yield from field_errors(
                inner, in_, pointer if is_non_field else f"{pointer}/{escape_pointer_token(str(name))}"
            )
    elif isinstance(detail, list) and any(isinstance(inner, dict | list) for inner in detail):
        for number, inner in enumerate(detail):  # from many=True: one mapping for each item
            yield from field_errors(inner, in_, f"{pointer}/{number}")
    elif detail:
        first: ErrorDetail = detail[0] if isinstance(detail, list) else detail
        code = first.code or "invalid"
        yield DescribedError(in_, pointer, SAME_CODES.get(code, code), text=str(first))
    # --8<-- [end:errors]


def _is_unknown_name(detail: Any) -> bool:
    """Return whether the client sent an unknown field or parameter with the name of DRF's NON_FIELD_ERRORS_KEY."""
    return isinstance(detail, list) and getattr(detail[0], "code", None) in {"unknown_field", "unknown_parameter"}


def escape_pointer_token(name: str) -> str:
    """Return the name as a token of a JSON pointer. Truncates names that are longer than any field's."""
    return name[:MAX_NAME_LENGTH].replace("~", "~0").replace("/", "~1")
