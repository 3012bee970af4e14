"""The shapes of errors, for the generated document; `problems.py` renders them."""

from typing import Any

from rest_framework import serializers

from django_impl.common.validation.fields import ChoiceField, ReadOnlyField
from django_impl.common.validation.serializers import ListField
from django_impl.contract import FIELD_MESSAGES, PROBLEMS

CODES = [code for code, words in PROBLEMS.items() if words["status"] != 422]
TYPE = {"format": "uri", "minLength": 1, "maxLength": 100, "pattern": r"^tag:shop\.example,2026:[a-z_]+$"}
POINTER = {"type": "string", "maxLength": 250, "pattern": r"^(/[\s\S]*)?$"}


def string(max_length: int) -> ReadOnlyField:
    """Return a field for 1 to `max_length` characters."""
    return ReadOnlyField({"type": "string", "minLength": 1, "maxLength": max_length})


class Problem(serializers.Serializer[Any]):
    """An error, as RFC 9457 has it."""

    type = ReadOnlyField({"type": "string", **TYPE})
    title = string(100)
    status = ReadOnlyField({"type": "integer", "minimum": 400, "maximum": 599})
    detail = string(300)
    code = ChoiceField([*CODES])


class FieldProblem(serializers.Serializer[Any]):
    """What is wrong with one place of a request."""

    pointer = ReadOnlyField(POINTER, help_text="JSON pointer into the body, or `/name` of the parameter.")
    code = ChoiceField([*FIELD_MESSAGES])
    message = string(200)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; `in` cannot be an attribute."""
        return {"in": ChoiceField(["body", "header", "query"]), **super().get_fields()}


class InvalidRequest(serializers.Serializer[Any]):
    """What is wrong with the request's data, one entry for each place."""

    type = ChoiceField(["tag:shop.example,2026:invalid_request"])
    title = ChoiceField([PROBLEMS["invalid_request"]["title"]])
    status = ReadOnlyField({"type": "integer", "enum": [422]})
    detail = string(300)
    code = ChoiceField(["invalid_request"])
    errors = ListField(min_length=1, max_length=100, child=FieldProblem())  # type: ignore[assignment] # DRF takes it away
