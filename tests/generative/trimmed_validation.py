"""Validate requests with trimmed strings.

The implementations trim strings before they check the length. JSON Schema cannot express this.
"""

from collections.abc import Mapping
from typing import Any

from jsonschema import Draft202012Validator
from schemathesis import Case

from tests.contract.document import DOCUMENT, Operation, operation_at

# The fields that the implementations do not trim.
_NOT_TRIMMED = {"password"}


def is_valid_when_trimmed(case: Case[Any]) -> bool:
    """Return whether a request matches the schema after its strings have been trimmed."""
    operation = operation_at(case.method, case.operation.path)
    if operation is None:
        return False
    parts = {"query": case.query, "header": dict(case.headers or {}), "path": case.path_parameters}
    return _body_is_valid(operation, case.body) and all(
        _parameters_are_valid(operation, place, values) for place, values in parts.items()
    )


def _body_is_valid(operation: Operation, body: Any) -> bool:
    if not operation.media_type:
        return True
    if operation.takes_file:
        return False  # a schema cannot say what an image is
    return _is_valid({**operation.body_schema, "components": DOCUMENT["components"]}, _trimmed(body))


def _parameters_are_valid(operation: Operation, place: str, values: Mapping[str, Any] | None) -> bool:
    schemas = {one["name"]: one["schema"] for one in operation.parameters if one["in"] == place}
    known = {name: value for name, value in _trimmed(dict(values or {})).items() if name in schemas}
    return (place == "header" or len(known) == len(values or {})) and all(
        _is_valid({**schemas[name], "components": DOCUMENT["components"]}, value) for name, value in known.items()
    )


def _is_valid(schema: dict[str, Any], value: Any) -> bool:
    return bool(Draft202012Validator(schema).is_valid(value))


def _trimmed(value: Any, name: str = "") -> Any:
    if isinstance(value, str):
        return value if name in _NOT_TRIMMED else value.strip()
    if isinstance(value, list):
        return [_trimmed(item) for item in value]
    if isinstance(value, dict):
        return {key: _trimmed(part, key) for key, part in value.items()}
    return value
