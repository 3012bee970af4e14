"""Strings are trimmed before they are measured, which a schema cannot say."""

from typing import Any

from jsonschema import Draft202012Validator
from schemathesis import Case

from tests.contract.document import DOCUMENT, Operation, operation_at

# The fields that are not trimmed.
_AS_THEY_ARE = {"password"}


def is_valid_when_trimmed(case: Case[Any]) -> bool:
    """Whether a request that breaks the schema keeps it when white space around its strings does not count."""
    operation = operation_at(case.method, case.operation.path)
    return operation is not None and _body_is_valid(operation, case.body) and _query_is_valid(operation, case.query)


def _body_is_valid(operation: Operation, body: Any) -> bool:
    if not operation.media_type:
        return True
    return _admits({**operation.body_schema, "components": DOCUMENT["components"]}, _trimmed(body))


def _query_is_valid(operation: Operation, query: dict[str, Any] | None) -> bool:
    parameters = {one["name"]: one["schema"] for one in operation.parameters if one["in"] == "query"}
    values = _trimmed(query or {})
    return set(values) <= set(parameters) and all(
        _admits({**parameters[name], "components": DOCUMENT["components"]}, value) for name, value in values.items()
    )


def _admits(schema: dict[str, Any], value: Any) -> bool:
    return bool(Draft202012Validator(schema).is_valid(value))


def _trimmed(value: Any, name: str = "") -> Any:
    if isinstance(value, str):
        return value if name in _AS_THEY_ARE else value.strip()
    if isinstance(value, list):
        return [_trimmed(item) for item in value]
    if isinstance(value, dict):
        return {key: _trimmed(part, key) for key, part in value.items()}
    return value
