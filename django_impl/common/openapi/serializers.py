"""The serializers of errors, for the generated document. `exception_handler.py` renders the responses."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from django_impl.common.validation.fields import ChoiceField, ListField
from django_impl.contract import FIELD_MESSAGES, PROBLEMS

CODES = [code for code, problem in PROBLEMS.items() if problem["status"] != 422]


@extend_schema_field({"type": "string", "format": "uri"})  # DRF's URLField has no pattern of its own
class TypeField(serializers.RegexField):
    """The URI of a problem's type."""


class Problem(serializers.Serializer[Any]):
    """An error in the format of RFC 9457."""

    type = TypeField(r"^tag:shop\.example,2026:[a-z_]+$", min_length=1, max_length=100)
    title = serializers.CharField(min_length=1, max_length=100)
    status = serializers.IntegerField(min_value=400, max_value=599)
    detail = serializers.CharField(min_length=1, max_length=300)
    code = ChoiceField([*CODES])


class FieldProblem(serializers.Serializer[Any]):
    """An error at one place of a request."""

    pointer = serializers.RegexField(
        r"^(/[\s\S]*)?$",
        max_length=250,
        help_text="JSON pointer into the body, or `/` and the name of the parameter or header.",
    )
    code = ChoiceField([*FIELD_MESSAGES])
    message = serializers.CharField(min_length=1, max_length=200)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields, with `in` first. A Python attribute cannot have this name."""
        return {"in": ChoiceField(["body", "header", "query"]), **super().get_fields()}


class InvalidRequest(serializers.Serializer[Any]):
    """The errors of the request's data, one for each pointer."""

    type = ChoiceField(["tag:shop.example,2026:invalid_request"])
    title = ChoiceField([PROBLEMS["invalid_request"]["title"]])
    status = ChoiceField([422])
    detail = serializers.CharField(min_length=1, max_length=300)
    code = ChoiceField(["invalid_request"])
    errors = ListField(min_length=1, max_length=100, child=FieldProblem())  # type: ignore[assignment] # DRF removes it
