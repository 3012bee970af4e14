"""Check openapi.yaml and asyncapi.yaml with rules of this project.

`python -m tests.contract_lint` prints violations and exits with 1.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

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


def lint_asyncapi(document: Node, errors: Node, settings: Node) -> list[str]:
    """Return a line for each violation in asyncapi.yaml: references, messages, examples, and values of other files."""
    if broken := [*_broken_references(document, document)]:
        return broken
    return [*_message_rules(document), *_channel_rules(document), *_socket_rules(document, errors, settings["sockets"])]


def _broken_references(document: Node, node: Any) -> Iterator[str]:
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        if key != "$ref":
            yield from _broken_references(document, value)
            continue
        try:
            _resolve(document, node)
        except KeyError:
            yield f"{value} does not exist"


def _message_rules(document: Node) -> Iterator[str]:
    registry: Registry[Any] = Registry().with_resource("urn:asyncapi", DRAFT202012.create_resource(document))
    for name, message in document["components"]["messages"].items():
        reference = {"$ref": f"urn:asyncapi#/components/messages/{name}/payload"}
        validator = Draft202012Validator(reference, registry=registry)
        if not message.get("examples"):
            yield f"message {name}: has no example"
        for example in message.get("examples", []):
            wrong = [error.message for error in validator.iter_errors(example["payload"])]
            yield from (f"message {name}: example {example['name']}: {each}" for each in wrong)
        payload = _resolve(document, message["payload"])
        if payload["properties"]["type"].get("const") != name:
            yield f"message {name}: its type is another"
    for name, schema in document["components"]["schemas"].items():
        yield from _bounds(f"schema {name}", schema)


def _channel_rules(document: Node) -> Iterator[str]:
    messages, used = document["components"]["messages"], set()
    for name, operation in document["operations"].items():
        for reference in (*operation["messages"], *operation.get("reply", {}).get("messages", ())):
            used.add(reference["$ref"].rpartition("/")[2])
        if not operation.get("security"):
            yield f"operation {name}: has no security"
    for channel, item in document["channels"].items():
        for message in messages.keys() ^ item["messages"].keys():
            yield f"channel {channel}: message {message} is only in one of the channel and the components"
    yield from (f"message {message}: no operation has it" for message in messages.keys() - used)


def _socket_rules(document: Node, errors: Node, sockets: Node) -> Iterator[str]:
    (channel,) = document["channels"].values()
    codes = {
        *sockets["close_codes"].values(),
        *(each["close"] for each in errors["frames"].values() if "close" in each),
    }
    described = {int(code) for code in channel["x-close-codes"]}
    events = [each["$ref"].rpartition("/")[2] for each in document["operations"]["send_event"]["messages"]]
    compared = {
        "the address": (channel["address"], sockets["path"]),
        "the close codes": (described & codes, codes),
        "the events": (events, sockets["event_types"]),
        "the codes of errors": (
            sorted(document["components"]["schemas"]["Error"]["properties"]["code"]["enum"]),
            sorted(errors["frames"]),
        ),
        "the examples of errors": (
            {
                each["payload"]["code"]: each["payload"]["message"]
                for each in document["components"]["messages"]["error"]["examples"]
            },
            {code: each["message"] for code, each in errors["frames"].items()},
        ),
    }
    for what, (ours, theirs) in compared.items():
        if ours != theirs:
            yield f"{what} differ from settings.yaml or errors.yaml"
    for refused in channel["x-handshake-refusals"]:
        if errors["problems"].get(refused["code"], {}).get("status") != refused["status"]:
            yield f"the refusal {refused['code']} differs from errors.yaml"


def main() -> int:
    """Validate openapi.yaml against OpenAPI 3.1, and print the violations. Returns 0 if there are none, otherwise 1."""
    document, asyncapi, errors = load("openapi.yaml"), load("asyncapi.yaml"), load("errors.yaml")
    validate(document)
    violations = [*lint(document, errors), *lint_asyncapi(asyncapi, errors, load("settings.yaml"))]
    print(*violations, sep="\n", end="\n" if violations else "")
    described = f"{sum(1 for _ in operations(document))} operations, {len(asyncapi['components']['messages'])} messages"
    print(f"openapi.yaml and asyncapi.yaml: {described}, {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
