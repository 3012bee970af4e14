"""The fields of every JSON body and their bounds in openapi.yaml."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass

from tests.contract.client import Json
from tests.contract.document import OPERATIONS, Operation, resolve
from tests.contract_lint import Node


@dataclass(frozen=True)
class Field:
    """One place in the body of one operation."""

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
        """The schema of a value that is not null."""
        return resolve(self.schema["oneOf"][0]) if "oneOf" in self.schema else self.schema

    @property
    def type(self) -> str:
        return str(self.value_schema["type"])

    def body_with(self, value: Json) -> Json:
        """The operation's example with this value in its place."""
        body, last = self._parent()
        body[1][last] = value
        return body[0]

    def body_without(self) -> Json:
        """The operation's example without the field."""
        body, last = self._parent()
        body[1].pop(last, None)
        return body[0]

    def _parent(self) -> tuple[tuple[Json, Json], str | int]:
        body = copy.deepcopy(self.operation.example_body)
        parent: Json = body
        for part in self.path[:-1]:
            parent = parent[part]
        return (body, parent), self.path[-1]


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


def of_type(*types: str) -> list[Field]:
    """The fields whose values are of these JSON types."""
    return [field for field in FIELDS if field.type in types]
