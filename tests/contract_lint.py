"""Check openapi.yaml with rules of this project: `python -m tests.contract_lint` prints violations and exits with 1."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from openapi_spec_validator import validate

CONTRACT = Path(__file__).parent.parent / "shared_contract"
METHODS = ("get", "put", "post", "patch", "delete")
ALWAYS = {"400", "406", "422"}
WITH_BODY = {"413", "415"}

type Node = dict[str, Any]


def load(name: str) -> Node:
    """Return the content of a YAML file of the contract."""
    content: Node = yaml.safe_load((CONTRACT / name).read_text(encoding="utf-8"))
    return content


def operations(document: Node) -> Iterator[tuple[str, Node]]:
    """Yield each operation with its method and path, such as `GET /api/orders`."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield f"{method.upper()} {path}", item[method]


def lint(document: Node, errors: Node) -> list[str]:
    """Return a line for each violation, with its place in the document."""
    return [
        *_operation_rules(document),
        *_schema_rules(document),
        *_error_rules(document, errors),
    ]


def _operation_rules(document: Node) -> Iterator[str]:
    seen: set[str] = set()
    for name, operation in operations(document):
        for key in ("operationId", "summary", "tags", "security", "responses"):
            if key not in operation:
                yield f"{name}: has no {key}"
        if operation["operationId"] in seen:
            yield f"{name}: operationId {operation['operationId']} is used twice"
        seen.add(operation["operationId"])
        yield from (f"{name}: {missing}" for missing in _missing_responses(name, operation))
        yield from _example_rules(document, name, operation)


def _missing_responses(name: str, operation: Node) -> Iterator[str]:
    expected = set(ALWAYS)
    if "requestBody" in operation:
        expected |= WITH_BODY
    if any("bearer" in scheme for scheme in operation["security"]):
        expected |= {"401"}
    if name != "GET /healthz":
        expected |= {"503"}
    if "{" in name:
        expected |= {"404"}
    yield from (f"does not document {status}" for status in sorted(expected - set(operation["responses"])))
    if not any(status.startswith("2") for status in operation["responses"]):
        yield "documents no 2xx response"


def _example_rules(document: Node, name: str, operation: Node) -> Iterator[str]:
    contents = {"the request body": operation.get("requestBody", {}).get("content", {})}
    for status, response in operation["responses"].items():
        resolved = _resolve(document, response)
        contents[f"response {status}"] = resolved.get("content", {})
        if "X-Request-ID" not in resolved.get("headers", {}):
            yield f"{name}: response {status} does not document X-Request-ID"
    for where, content in contents.items():
        for media_type, media in content.items():
            if "example" not in media and "examples" not in media:
                yield f"{name}: {where} has no example of {media_type}"


def _resolve(document: Node, node: Node) -> Node:
    while "$ref" in node:
        target: Any = document
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def _schema_rules(document: Node) -> Iterator[str]:
    for name, schema in document["components"]["schemas"].items():
        yield from _bounds(f"schema {name}", schema)
    for name, operation in operations(document):
        for parameter in operation.get("parameters", []):
            resolved = _resolve(document, parameter)
            if "example" not in resolved or "description" not in resolved:
                yield f"{name}: parameter {resolved['name']} lacks an example or a description"
            yield from _bounds(f"{name}: parameter {resolved['name']}", resolved["schema"])


def _bounds(where: str, schema: Node) -> Iterator[str]:
    if "const" in schema or "enum" in schema:
        return
    wanted = {
        "string": ("maxLength",),
        "integer": ("minimum", "maximum"),
        "array": ("maxItems", "items"),
        "object": ("additionalProperties", "properties"),
    }
    if schema.get("type") == "number":
        yield f"{where}: is a float"
    yield from (f"{where}: has no {key}" for key in wanted.get(schema.get("type", ""), ()) if key not in schema)
    if schema.get("type") == "object" and schema.get("additionalProperties") is not False:
        yield f"{where}: allows unknown fields"
    for name, part in schema.get("properties", {}).items():
        yield from _bounds(f"{where}.{name}", part)
    for part in (*schema.get("oneOf", ()), *([schema["items"]] if "items" in schema else ())):
        yield from _bounds(where, part)


def _error_rules(document: Node, errors: Node) -> Iterator[str]:
    schemas = document["components"]["schemas"]
    catalogue = {
        "ProblemCode": set(errors["problems"]) - {"invalid_request"},
        "FieldErrorCode": set(errors["fields"]),
    }
    for schema, codes in catalogue.items():
        for code in codes ^ set(schemas[schema]["enum"]):
            yield f"schema {schema}: {code} is only in one of openapi.yaml and errors.yaml"
    for name, response in document["components"]["responses"].items():
        for media in response.get("content", {}).values():
            examples = [media["example"]] if "example" in media else [e["value"] for e in media["examples"].values()]
            yield from (f"response {name}: {wrong}" for wrong in _wrong_examples(examples, errors))


def _wrong_examples(examples: list[Node], errors: Node) -> Iterator[str]:
    for example in examples:
        problem = errors["problems"][example["code"]]
        if any(example[key] != problem[key] for key in ("title", "status", "detail")):
            yield f"the example of {example['code']} differs from errors.yaml"


def main() -> int:
    """Validate openapi.yaml against OpenAPI 3.1, and print the violations. Returns 0 if there are none, otherwise 1."""
    document = load("openapi.yaml")
    validate(document)
    violations = lint(document, load("errors.yaml"))
    print(*violations, sep="\n", end="\n" if violations else "")
    print(f"openapi.yaml: {sum(1 for _ in operations(document))} operations, {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
