"""Compare a response with the expected response of a case."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from tests.contract.document import ERRORS, template_of
from tests.contract.validation import SECURITY_HEADERS, violations
from tests.contract_lint import Node
from tests.parity.cors import CORS_HEADERS, cors_differences
from tests.parity.expressions import Evaluator
from tests.parity.http_client import RawResponse
from tests.parity.raw_requests import RawRequest
from tests.pictures import picture_differences

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
MAX_ERRORS = 100


class UnchangedURL(httpx.URL):
    """A URL with the target that was sent. httpx would normalise the target."""

    def __init__(self, target: str) -> None:
        super().__init__("http://127.0.0.1")
        self.target = target

    @property
    def raw_path(self) -> bytes:
        """The target as it was sent, byte for byte."""
        return self.target.encode("latin-1")


def differences(step: Node, request: RawRequest, response: RawResponse, names: Mapping[str, str]) -> list[str]:
    """Return all differences between the response and what the step and openapi.yaml require."""
    if response.error:
        return [response.error]
    status = expected_status(step)
    if response.status != status:
        return [f"status {response.status}, expected {status}: {response.content.decode(errors='replace')[:300]}"]
    evaluator = Evaluator({**names, **_new_id(response)}, {})
    return [
        *_header_differences(evaluator.evaluate(step.get("answer_headers", {})), response),
        *_request_id_differences(request, response),
        *(_body_differences(step, evaluator, response) if request.method != "HEAD" else ()),
        *cors_differences(request, response),
        *_contract_differences(request, response),
    ]


def expected_status(step: Node) -> int:
    """Return the status that a step sets, or the status of its `problem` or its `errors`."""
    if "errors" in step:
        return 422
    problem = step.get("problem")
    return int(ERRORS["problems"][problem]["status"] if problem else step["status"])


def problem_body(code: str, errors: list[Any] | None = None) -> bytes:
    """Return the whole body of an error response, built from errors.yaml."""
    body: Node = {"type": f"tag:shop.example,2026:{code}", **ERRORS["problems"][code], "code": code}
    order = ("type", "title", "status", "detail", "code")
    body = {key: body[key] for key in order}
    if errors is not None:
        body["errors"] = sorted(_entries(errors), key=lambda entry: (entry["in"], entry["pointer"]))[:MAX_ERRORS]
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _entries(errors: list[Any]) -> Iterator[Node]:
    for error in errors:
        if isinstance(error, dict):
            number, template = error["$each"]
            yield from _entries([template.replace("#", str(index)) for index in range(number)])
            continue
        place, pointer, code, *limit = error.split() if isinstance(error, str) else error
        message = ERRORS["fields"][code]
        yield {"in": place, "pointer": pointer, "code": code, "message": message.replace("{limit}", "".join(limit))}


def _header_differences(expected: Mapping[str, str | None], response: RawResponse) -> Iterator[str]:
    for name, value in expected.items():
        if response.header(name) != value:
            yield f"header {name} is {response.header(name)!r}, expected {value!r}"


def _request_id_differences(request: RawRequest, response: RawResponse) -> Iterator[str]:
    sent, received = request.header("X-Request-ID").strip(), response.header("X-Request-ID") or ""
    if not REQUEST_ID.fullmatch(received):
        yield f"header X-Request-ID is {received!r}"
    elif (sent == received) != bool(REQUEST_ID.fullmatch(sent)):
        yield f"header X-Request-ID is {received!r} where {sent!r} was sent"


def _body_differences(step: Node, evaluator: Evaluator, response: RawResponse) -> Iterator[str]:
    if "problem" in step or "errors" in step:
        yield from _bytes_difference(
            problem_body(step.get("problem", "invalid_request"), evaluator.evaluate(step.get("errors"))), response
        )
    if "exact" in step:
        yield from _bytes_difference(evaluator.evaluate(step["exact"]).encode(), response)
    if "picture" in step:
        yield from picture_differences(step["picture"], response.content)
    for text in step.get("contains", ()):
        if text.encode() not in response.content:
            yield f"the body lacks {text}: {response.content.decode(errors='replace')}"
    if {"body", "listed", "lacks", "keys", "changed"} & step.keys():
        try:
            yield from _json_differences(step, evaluator, json.loads(response.content))
        except (ValueError, LookupError, TypeError, AttributeError):
            yield f"the body has another form: {response.content.decode(errors='replace')[:300]}"


def _bytes_difference(expected: bytes, response: RawResponse) -> Iterator[str]:
    if response.content != expected:
        yield f"body {response.content.decode(errors='replace')}\n    expected {expected.decode()}"


def _json_differences(step: Node, evaluator: Evaluator, body: Any) -> Iterator[str]:
    yield from mismatches(evaluator.evaluate(step.get("body", {})), body, "")
    if "listed" in step:
        listed = [item.get("slug", item["id"]) for item in body["items"]]
        if listed != (expected := evaluator.evaluate(step["listed"])):
            yield f"lists {listed}, expected {expected}"
    yield from (f"the body has {key}" for key in step.get("lacks", ()) if key in body)
    if list(body) != step.get("keys", list(body)):
        yield f"the keys are {list(body)}, expected {step['keys']}"
    yield from (f"{key} is still {old}" for key, old in step.get("changed", {}).items() if body[key] == old)


def mismatches(expected: Any, found: Any, pointer: str) -> Iterator[str]:
    """Yield the differences between a value and the expected one. An object may have further keys."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            yield from mismatches(value, found.get(key, "(missing)"), f"{pointer}/{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from mismatches(one, other, f"{pointer}/{index}")
    elif type(expected) is not type(found) or expected != found:
        yield f"{pointer or 'the body'} is {found!r}, expected {expected!r}"


def _new_id(response: RawResponse) -> dict[str, str]:
    found = re.match(rb'\{"id":"([0-9a-f-]{36})"', response.content)
    return {"new_id": found[1].decode()} if found else {}


def _contract_differences(request: RawRequest, response: RawResponse) -> Iterator[str]:
    is_html = (response.header("Content-Type") or "").startswith("text/html")
    if template_of(request.path) is None and (is_html or response.status not in {400, 404}):
        # The HTML pages and the generated document. openapi.yaml does not describe them.
        yield from (
            f"header {name} is {response.header(name)!r}"
            for name in SECURITY_HEADERS
            if response.header(name) != SECURITY_HEADERS[name]
        )
        return
    http_request = httpx.Request(request.method, "http://127.0.0.1")
    http_request.url = UnchangedURL(request.target)
    # httpx adds a Content-Length to a response, unless its content is a stream.
    stream = httpx.ByteStream(response.content)
    headers = [(name, value) for name, value in response.headers if name.lower() not in CORS_HEADERS]
    http_response = httpx.Response(response.status, headers=headers, stream=stream, request=http_request)
    http_response.read()
    yield from violations(http_response)
