"""FastAPI's and Pydantic's validation errors in the words of the catalogue."""

from collections.abc import Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError

from fastapi_impl.common.errors import FieldError, InvalidRequest, ShopError
from fastapi_impl.common.fields import EMAIL, MONEY, VISIBLE_ASCII
from fastapi_impl.common.requests import Form

# --8<-- [start:codes]
# Pydantic's type of error: code of the catalogue. What is not listed is a code already.
CODES = {
    "missing": "required",
    "string_type": "not_a_string",
    "int_type": "not_an_integer",
    "bool_type": "not_a_boolean",
    "list_type": "not_an_array",
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
}
# --8<-- [end:codes]
PATTERNS = {
    EMAIL: "invalid_email",
    MONEY: "invalid_money",
    VISIBLE_ASCII: "invalid_characters",
}
LONGEST_NAME = 100
LIMITS = ("min_length", "max_length", "ge", "le", "limit")


def refusal(error: RequestValidationError) -> ShopError:
    """Return what the request is refused with: the error of a body that cannot be read, or all errors of its data."""
    if isinstance(error.body, type) and issubclass(error.body, ShopError):
        return error.body()
    found: dict[tuple[str, str], FieldError] = {}
    for details in error.errors():
        entry = field_error(details, is_form=isinstance(error.body, Form))
        found.setdefault((entry.in_, entry.pointer), entry)
    return InvalidRequest(list(found.values()))


# --8<-- [start:translation]
def field_error(details: Mapping[str, Any], *, is_form: bool) -> FieldError:
    """Translate one of Pydantic's errors."""
    in_, *path = details["loc"]
    pointer = "".join("/" + str(part)[:LONGEST_NAME].replace("~", "~0").replace("/", "~1") for part in path)
    context = details.get("ctx", {})
    limit = next((context[name] for name in LIMITS if name in context), None)
    return FieldError(in_, pointer, _code(in_, details, is_form=is_form), limit)


def _code(in_: str, details: Mapping[str, Any], *, is_form: bool) -> str:
    match details:
        case {"type": "extra_forbidden"}:
            return "unknown_parameter" if in_ == "query" else "unknown_field"
        case {"type": "missing"}:
            return "required"
        case {"input": None}:
            return "null_not_allowed"
        # `GivenOnce` and `read_form` give a list where there is not just one value.
        case {"input": [*values]} if in_ == "query":
            return "repeated_parameter" if values else "empty_parameter"
        case {"input": [*_]} if is_form:
            return "repeated_field"
        case {"type": "string_pattern_mismatch"}:
            return PATTERNS[details["ctx"]["pattern"]]
        case _:
            return CODES.get(details["type"]) or str(details["type"])
    # --8<-- [end:translation]
