"""Validate a response against openapi.yaml: status, headers, content type, body, key order, bytes."""

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any
from urllib.parse import unquote

import httpx
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.contract.document import DOCUMENT, ERRORS, Operation, allow_header, operation_at, resolve, template_of
from tests.contract_lint import Node

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}
SERVER_HEADERS = {"date", "server", "connection"}
PROBLEM = "application/problem+json"
# Every path can return these, and no operation documents them.
SHARED_RESPONSES = {400: "BadRequest", 404: "NotFound"}
GENERIC_PROBLEM: Node = {"$ref": "#/components/schemas/Problem"}

_URI = "urn:shop"
_REGISTRY: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(DOCUMENT))


def violations(response: httpx.Response) -> list[str]:
    """Return the violations of the contract in a response."""
    method = response.request.method
    path = unquote(response.request.url.raw_path.partition(b"?")[0].decode("ascii"), errors="replace")
    template = template_of(path)
    expected, violation = _expected(method, template, response.status_code)
    if violation:
        return [violation]
    return [
        *_header_violations(response, expected, path=path, template=template),
        *_body_violations(response, expected, with_body=method != "HEAD"),
    ]


def _expected(method: str, template: str | None, status: int) -> tuple[Node, str]:
    """Return the response of the contract, or a violation if the contract does not allow the status."""
    if template is None:
        return _undocumented_response(status, {400, 404}, "an unknown path")
    if method == "OPTIONS":
        return ({}, "") if status == 204 else _undocumented_response(status, {400}, "OPTIONS")
    operation = operation_at(method, template)
    if operation is None:
        return (
            ({"content": {PROBLEM: {"schema": GENERIC_PROBLEM}}}, "")
            if status == 405
            else _undocumented_response(status, {400}, method)
        )
    return _documented(operation, status)


def _undocumented_response(status: int, allowed: set[int], request: str) -> tuple[Node, str]:
    if status not in allowed:
        return {}, f"{request} returned {status}"
    return resolve({"$ref": f"#/components/responses/{SHARED_RESPONSES[status]}"}), ""


def _documented(operation: Operation, status: int) -> tuple[Node, str]:
    if status not in operation.statuses:
        return {}, f"{operation.id} does not document {status}"
    return operation.response(status), ""


def _header_violations(response: httpx.Response, expected: Node, *, path: str, template: str | None) -> Iterator[str]:
    headers = response.headers
    documented = {name.lower(): resolve(header) for name, header in expected.get("headers", {}).items()}
    for name, value in SECURITY_HEADERS.items():
        if headers.get(name) != value:
            yield f"header {name} is {headers.get(name)!r}"
    for name, header in documented.items():
        yield from _header_value_violations(name, headers.get(name), header["schema"])
    if path.startswith("/api/auth/") and headers.get("cache-control") != "no-store":
        yield f"header cache-control is {headers.get('cache-control')!r}"
    if response.request.method == "OPTIONS" or response.status_code == 405:
        allow = allow_header(template) if template else None
        if response.status_code in {204, 405} and headers.get("allow") != allow:
            yield f"header allow is {headers.get('allow')!r}, not {allow!r}"
    yield from _length_violations(response)
    yield from _header_name_violations(response, documented, path)


def _header_value_violations(name: str, value: str | None, schema: Node) -> Iterator[str]:
    if value is None:
        yield f"header {name} is missing"
        return
    instance: Any = int(value) if schema.get("type") == "integer" and value.isdigit() else value
    for error in Draft202012Validator(schema).iter_errors(instance):
        yield f"header {name}: {error.message}"


def _length_violations(response: httpx.Response) -> Iterator[str]:
    length = response.headers.get("content-length")
    if response.status_code == 204:
        if length is not None or response.content:
            yield "204 has a body or a Content-Length"
    elif length is None:
        yield "Content-Length is missing"


def _header_name_violations(response: httpx.Response, documented: Node, path: str) -> Iterator[str]:
    allowed = {*SERVER_HEADERS, *SECURITY_HEADERS, *documented, "x-request-id", "content-length", "content-type"}
    if path.startswith("/api/auth/"):
        allowed.add("cache-control")
    if response.status_code in {204, 405}:
        allowed.add("allow")
    names = [name.lower() for name, _ in response.headers.multi_items()]
    yield from (f"header {name} is not documented" for name in sorted({*names} - allowed))
    yield from (f"header {name} is sent twice" for name in sorted({name for name in names if names.count(name) > 1}))


def _body_violations(response: httpx.Response, expected: Node, *, with_body: bool) -> Iterator[str]:
    content = expected.get("content", {})
    content_type = response.headers.get("content-type")
    if not content:
        if content_type is not None or response.content:
            yield f"a response without a body has content type {content_type!r}"
        return
    if content_type not in content:
        yield f"content type is {content_type!r}, not {' or '.join(content)}"
    elif with_body:
        yield from _json_violations(response.content, json.dumps(content[content_type]["schema"]))
    elif response.content:
        yield "the response to HEAD has a body"


@lru_cache(maxsize=1000)  # most error responses are the same bytes
def _json_violations(content: bytes, schema: str) -> list[str]:
    try:
        body = json.loads(content)
    except ValueError as error:
        return [f"the body is not JSON: {error}"]
    return list(_violations_of(content, body, schema))


def _violations_of(content: bytes, body: Any, schema: str) -> Iterator[str]:
    if content != json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode():
        yield "the body is not compact UTF-8 JSON"
    yield from (f"{error.json_path}: {error.message}" for error in validator(schema).iter_errors(body))
    yield from _order_violations(body, json.loads(schema), "$")
    if isinstance(body, dict) and "code" in body:
        yield from _catalogue_violations(body)


@cache
def validator(schema: str) -> Draft202012Validator:
    """Return a validator of a schema of openapi.yaml, which is given as JSON."""
    absolute = json.loads(schema.replace('"#/', f'"{_URI}#/'))
    return Draft202012Validator(absolute, registry=_REGISTRY, format_checker=FormatChecker())


def _order_violations(body: Any, schema: Node, path: str) -> Iterator[str]:
    """Report objects, at any depth, whose keys are not in the order of the schema."""
    node = resolve(schema)
    if "allOf" in node:
        node = resolve(node["allOf"][0])
    if isinstance(body, list):
        for index, item in enumerate(body):
            yield from _order_violations(item, node.get("items", {}), f"{path}[{index}]")
    if isinstance(body, dict):
        properties: Node = node.get("properties", {})
        if list(body) != [key for key in properties if key in body]:
            yield f"{path}: the keys are in the order {list(body)}"
        for key, value in body.items():
            yield from _order_violations(value, properties.get(key, {}), f"{path}.{key}")


def _catalogue_violations(problem: Node) -> Iterator[str]:
    code = problem["code"]
    expected = {"type": f"tag:shop.example,2026:{code}", **ERRORS["problems"].get(code, {}), "code": code}
    if {key: value for key, value in problem.items() if key != "errors"} != expected:
        yield f"the problem {code} differs from errors.yaml"
    errors = problem.get("errors", [])
    locations = [(error["in"], error["pointer"]) for error in errors]
    if locations != sorted(set(locations)):
        yield f"errors are not sorted, or two have the same location: {locations}"
    for error in errors:
        pattern = re.escape(ERRORS["fields"][error["code"]]).replace(r"\{limit\}", r"-?\d+(\.\d+)?")
        if not re.fullmatch(pattern, error["message"]):
            yield f"message of {error['code']} is {error['message']!r}"
