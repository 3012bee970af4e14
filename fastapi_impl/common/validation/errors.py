"""Validation errors of FastAPI and Pydantic, translated into entries with the codes of `errors.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError

from fastapi_impl.common.exceptions import FieldError
from fastapi_impl.common.validation.fields import EMAIL, MONEY, VISIBLE_ASCII
from fastapi_impl.contract import FIELD_MESSAGES

# --8<-- [start:codes]
# From Pydantic's error type to the catalogue's code. Any other type is used as the code.
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
MAX_NAME_LENGTH = 100
LIMITS = ("min_length", "max_length", "ge", "le", "limit")


class NotASingleValue(list[Any]):
    """The values of a field or parameter that was sent several times; no values for an empty parameter.

    Only a list type accepts it. For any other type Pydantic reports an error with this object as the input.
    """


@dataclass(frozen=True)
class DescribedError(FieldError):
    """An entry of a 422 with a code that is not in the catalogue, and with Pydantic's message."""

    description: str = ""

    @property
    def message(self) -> str:
        """Pydantic's message."""
        return self.description


def field_errors(error: RequestValidationError) -> list[FieldError]:
    """Return the first error of each location in headers, query and body. Errors of the path are left out."""
    found: dict[tuple[str, str], FieldError] = {}
    for details in error.errors():
        if details["loc"][0] != "path":
            entry = field_error(details)
            found.setdefault((entry.in_, entry.pointer), entry)
    return list(found.values())


# --8<-- [start:translation]
def field_error(details: Mapping[str, Any]) -> FieldError:
    """Return the entry for one of Pydantic's errors; its location becomes the JSON pointer."""
    in_, *path = details["loc"]
    if in_ != "body":
        path = path[:1]  # the rest is the member of a union or the index in a list
    if in_ == "cookie":
        in_, path = "header", ["Cookie", *path]
    pointer = "".join("/" + str(part)[:MAX_NAME_LENGTH].replace("~", "~0").replace("/", "~1") for part in path)
    context = details.get("ctx", {})
    limit = next((context[name] for name in LIMITS if name in context), None)
    code = _code(in_, details)
    if code in FIELD_MESSAGES:
        return FieldError(in_, pointer, code, limit)
    return DescribedError(in_, pointer, code, description=details["msg"])


def _code(in_: str, details: Mapping[str, Any]) -> str:
    match details:
        case {"type": "extra_forbidden"}:
            return "unknown_field" if in_ == "body" else "unknown_parameter"
        case {"type": "missing"}:
            return "required"
        case {"input": None}:
            return "null_not_allowed"
        case {"input": NotASingleValue()}:
            return "repeated_field"
        case {"type": "string_pattern_mismatch", "ctx": {"pattern": pattern}} if pattern in PATTERNS:
            return PATTERNS[pattern]
        case _:
            return CODES.get(details["type"]) or str(details["type"])
    # --8<-- [end:translation]
