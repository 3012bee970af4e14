"""Read openapi.yaml for the tests: its operations, their examples, and the bounds of the values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from tests.contract_lint import METHODS, Node, load

DOCUMENT = load("openapi.yaml")
ERRORS = load("errors.yaml")
SETTINGS = load("settings.yaml")
ALLOW_ORDER = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def resolve(node: Node) -> Node:
    """Return the node with its `$ref` replaced by the target; keys beside the `$ref` override those of the target."""
    while "$ref" in node:
        target: Any = DOCUMENT
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
    return node


def schema(name: str) -> Node:
    """Return a schema of the components."""
    return cast(Node, DOCUMENT["components"]["schemas"][name])


def bound(name: str, key: str) -> int:
    """Return a bound such as `maxLength` of a component schema or of one of its fields (`NewOrderItem.quantity`)."""
    node = schema(name.partition(".")[0])
    if field := name.partition(".")[2]:
        node = resolve(node["properties"][field])
    return int(node[key])


@dataclass(frozen=True)
class Operation:
    """One operation of the contract."""

    id: str
    method: str
    path: str
    definition: Node

    @property
    def parameters(self) -> list[Node]:
        shared = DOCUMENT["paths"][self.path].get("parameters", [])
        return [resolve(parameter) for parameter in (*shared, *self.definition.get("parameters", []))]

    @property
    def statuses(self) -> list[int]:
        return [int(status) for status in self.definition["responses"]]

    def response(self, status: int) -> Node:
        """Return the documented response with this status."""
        return resolve(self.definition["responses"][str(status)])

    @property
    def example_path(self) -> str:
        """The path with its parameters replaced by their examples."""
        examples = {
            parameter["name"]: parameter["example"] for parameter in self.parameters if parameter["in"] == "path"
        }
        return self.path.format(**examples)

    @property
    def media_type(self) -> str | None:
        """The media type of the request body, or None if the operation takes no body."""
        body = self.definition.get("requestBody")
        return next(iter(body["content"])) if body else None

    @property
    def takes_json(self) -> bool:
        return self.media_type == "application/json"

    @property
    def takes_file(self) -> bool:
        return self.media_type == "multipart/form-data"

    @property
    def body_schema(self) -> Node:
        assert self.media_type
        return resolve(self.definition["requestBody"]["content"][self.media_type]["schema"])

    @property
    def example_body(self) -> Node:
        assert self.media_type
        return cast(Node, self.definition["requestBody"]["content"][self.media_type]["example"])

    @property
    def reads_token(self) -> bool:
        return any("bearer" in scheme for scheme in self.definition["security"])

    @property
    def needs_token(self) -> bool:
        return self.reads_token and {} not in self.definition["security"]

    @property
    def is_for_staff(self) -> bool:
        return bool(self.definition.get("description", "").startswith("For staff."))


def _read_operations() -> Iterator[Operation]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield Operation(item[method]["operationId"], method.upper(), path, item[method])


OPERATIONS = {operation.id: operation for operation in _read_operations()}


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))


@cache
def template_of(path: str) -> str | None:
    """Return the path template of openapi.yaml that matches a path; one without parameters has priority."""
    templates = [template for template in DOCUMENT["paths"] if _pattern(template).fullmatch(path)]
    return min(templates, key=lambda template: "{" in template, default=None)


def allow_header(template: str) -> str:
    """Return the value of the `Allow` header for a path of openapi.yaml."""
    methods = {method.upper() for method in METHODS if method in DOCUMENT["paths"][template]} | {"OPTIONS"}
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(method for method in ALLOW_ORDER if method in methods)


def operation_at(method: str, template: str) -> Operation | None:
    """Return the operation that handles a method of a path, if any; `HEAD` is handled by `GET`."""
    handled_as = "GET" if method == "HEAD" else method
    return next(
        (
            operation
            for operation in OPERATIONS.values()
            if operation.path == template and operation.method == handled_as
        ),
        None,
    )
