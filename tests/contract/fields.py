"""The fields of every JSON body and their bounds in openapi.yaml."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

from tests.contract.client import Json
from tests.contract.document import OPERATIONS, Operation, resolve
from tests.contract_lint import Node


@dataclass(frozen=True)
class Field:
    """A field of the JSON body of an operation, at any depth."""

    operation: Operation
    path: tuple[str | int, ...]
    schema: Node
    is_required: bool

    def __str__(self) -> str:
        return f"{self.operation.id}{self.pointer}"

    @property
    def pointer(self) -> str:
        return "".join(f"/{part}" for part in self.path)

    @property
    def is_nullable(self) -> bool:
        return {"type": "null"} in self.schema.get("oneOf", [])

    @property
    def value_schema(self) -> Node:
        """The schema of the values other than null."""
        return resolve(self.schema["oneOf"][0]) if "oneOf" in self.schema else self.schema

    @property
    def type(self) -> str:
        return str(self.value_schema["type"])

    def body_with(self, value: Json) -> Json:
        """Return the example body of the operation with this value in the field."""
        body, parent, key = self._copy_of_example()
        parent[key] = value
        return body

    def body_without(self) -> Json:
        """Return the example body of the operation without the field."""
        body, parent, key = self._copy_of_example()
        parent.pop(key, None)
        return body

    def _copy_of_example(self) -> tuple[Json, Json, str | int]:
        """Return a copy of the example body, the object in it that contains the field, and the key of the field."""
        body = copy.deepcopy(self.operation.example_body)
        parent: Json = body
        for part in self.path[:-1]:
            parent = parent[part]
        return body, parent, self.path[-1]


def _fields(operation: Operation, schema: Node, path: tuple[str | int, ...] = ()) -> Iterator[Field]:
    for name, part in schema["properties"].items():
        field = Field(operation, (*path, name), resolve(part), name in schema.get("required", []))
        yield field
        if field.type == "array":
            yield from _fields(operation, resolve(field.schema["items"]), (*field.path, 0))


FIELDS = [
    field
    for operation in OPERATIONS.values()
    if operation.takes_json
    for field in _fields(operation, operation.body_schema)
]


def fields_of_type(*types: str) -> list[Field]:
    """Return the fields whose values have one of these JSON types."""
    return [field for field in FIELDS if field.type in types]
