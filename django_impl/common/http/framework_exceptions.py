"""Exceptions of Django and DRF, translated into errors of the shop where the catalogue has one that says the same."""

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
)
from django_impl.contract import FIELD_MESSAGES

MAX_NAME_LENGTH = 100

# Codes of DRF's that say what the catalogue says under another name; the others stay as they are.
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
    """An entry of a 422 that brings its own message: its code need not be in the catalogue."""

    words: str = ""

    @property
    def message(self) -> str:
        """The catalogue's words for the code where they need no limit, else those of the field that refused."""
        known = FIELD_MESSAGES.get(self.code, "{limit}")
        return self.words if "{limit}" in known else known


def translated(error: Exception, context: Mapping[str, Any]) -> Exception:
    """Return the shop's error for one of Django's or of DRF's; any other error as it is."""
    match error:
        case Http404():
            return NotFound()
        case django_exceptions.PermissionDenied():
            return PermissionDenied()
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
    """Yield the entries for what a serializer found, with JSON pointers (RFC 6901)."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            of_the_whole = name == api_settings.NON_FIELD_ERRORS_KEY and not _is_unknown_name(inner)
            yield from field_errors(
                inner, in_, pointer if of_the_whole else f"{pointer}/{escape_pointer_token(str(name))}"
            )
    elif isinstance(detail, list) and any(isinstance(inner, dict | list) for inner in detail):
        for number, inner in enumerate(detail):  # a serializer with many=True has one mapping for each item
            yield from field_errors(inner, in_, f"{pointer}/{number}")
    elif detail:
        first: ErrorDetail = detail[0] if isinstance(detail, list) else detail
        code = first.code or "invalid"
        yield DescribedError(in_, pointer, SAME_CODES.get(code, code), words=str(first))
    # --8<-- [end:errors]


def _is_unknown_name(detail: Any) -> bool:
    """Tell whether a client sent this name, which only looks like the key of DRF's errors."""
    return isinstance(detail, list) and getattr(detail[0], "code", None) in {"unknown_field", "unknown_parameter"}


def escape_pointer_token(name: str) -> str:
    """Return the name as one step of a JSON pointer; a long one, which no field has, is cut."""
    return name[:MAX_NAME_LENGTH].replace("~", "~0").replace("/", "~1")
