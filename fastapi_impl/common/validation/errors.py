"""FastAPI's and Pydantic's validation errors in the words of the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError

from fastapi_impl.common.exceptions import FieldError, InvalidRequest, NotFound, ShopError
from fastapi_impl.common.http.requests import Repeated
from fastapi_impl.common.validation.fields import EMAIL, MONEY, VISIBLE_ASCII
from fastapi_impl.contract import FIELD_MESSAGES

# --8<-- [start:codes]
# Pydantic's type of error: code of the catalogue. What is not listed is a code already: the catalogue's, or Pydantic's.
CODES = {
    "missing": "required",
    "string_type": "not_a_string",
    "int_type": "not_an_integer",
    "int_parsing": "not_an_integer",
    "int_from_float": "not_an_integer",
    "bool_type": "not_a_boolean",
    "bool_parsing": "not_a_boolean",
    "list_type": "not_an_array",
    "tuple_type": "not_an_array",
    "set_type": "not_an_array",
    "dict_type": "not_an_object",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "too_short": "too_few",
    "too_long": "too_many",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "literal_error": "invalid_choice",
    "enum": "invalid_choice",
}
# --8<-- [end:codes]
PATTERNS = {
    EMAIL: "invalid_email",
    MONEY: "invalid_money",
    VISIBLE_ASCII: "invalid_characters",
}
LONGEST_NAME = 100
LIMITS = ("min_length", "max_length", "ge", "le", "limit")


@dataclass(frozen=True)
class DescribedError(FieldError):
    """An entry of a 422 that brings its own message: its code is not in the catalogue."""

    words: str = ""

    @property
    def message(self) -> str:
        """The words of the type that refused the value."""
        return self.words


def to_shop_error(error: RequestValidationError) -> ShopError:
    """Return what the request is refused with: all errors of its data; where only the path has any, there is nothing.

    Of several errors at one place the first counts.
    """
    found: dict[tuple[str, str], FieldError] = {}
    for details in error.errors():
        if details["loc"][0] != "path":
            entry = field_error(details)
            found.setdefault((entry.in_, entry.pointer), entry)
    return InvalidRequest(list(found.values())) if found else NotFound()


# --8<-- [start:translation]
def field_error(details: Mapping[str, Any]) -> FieldError:
    """Translate one of Pydantic's errors."""
    in_, *path = details["loc"]
    if in_ != "body":
        path = path[:1]  # what follows the name tells which types of a union, or which values of a list, were tried
    if in_ == "cookie":
        in_, path = "header", ["Cookie", *path]
    pointer = "".join("/" + str(part)[:LONGEST_NAME].replace("~", "~0").replace("/", "~1") for part in path)
    context = details.get("ctx", {})
    limit = next((context[name] for name in LIMITS if name in context), None)
    code = _code(in_, details)
    if code in FIELD_MESSAGES:
        return FieldError(in_, pointer, code, limit)
    return DescribedError(in_, pointer, code, words=details["msg"])


def _code(in_: str, details: Mapping[str, Any]) -> str:
    match details:
        case {"type": "extra_forbidden"}:
            return "unknown_field" if in_ == "body" else "unknown_parameter"
        case {"type": "missing"}:
            return "required"
        case {"input": None}:
            return "null_not_allowed"
        case {"input": Repeated()}:
            return "repeated_field"
        case {"type": "string_pattern_mismatch", "ctx": {"pattern": pattern}} if pattern in PATTERNS:
            return PATTERNS[pattern]
        case _:
            return CODES.get(details["type"]) or str(details["type"])
    # --8<-- [end:translation]
