"""In what an answer differs from the one that a case expects."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import httpx

from tests.contract.document import ERRORS, template_of
from tests.contract.validation import SECURITY_HEADERS, violations
from tests.contract_lint import Node
from tests.parity.messages import Message
from tests.parity.values import Reader
from tests.parity.wire import Answer

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
LISTED_ERRORS = 100


class AsSent(httpx.URL):
    """A request target that httpx would tidy."""

    def __init__(self, target: str) -> None:
        super().__init__("http://127.0.0.1")
        self.target = target

    @property
    def raw_path(self) -> bytes:
        """The target, to the byte."""
        return self.target.encode("latin-1")


def differences(step: Node, sent: Message, answer: Answer, names: Mapping[str, str]) -> list[str]:
    """Everything in which the answer is not what the step, and the contract, say of it."""
    if answer.fault:
        return [answer.fault]
    status = expected_status(step)
    if answer.status != status:
        return [f"status {answer.status}, expected {status}: {answer.content.decode(errors='replace')[:300]}"]
    reader = Reader({**names, **_new_id(answer)}, {})
    return [
        *_of_headers(reader.read(step.get("answer_headers", {})), answer),
        *_of_request_id(sent, answer),
        *(_of_body(step, reader, answer) if sent.method != "HEAD" else ()),
        *_of_contract(sent, answer),
    ]


def expected_status(step: Node) -> int:
    """The status that a step says, or that its problem or its errors have."""
    if "errors" in step:
        return 422
    problem = step.get("problem")
    return int(ERRORS["problems"][problem]["status"] if problem else step["status"])


def problem_bytes(code: str, errors: list[Any] | None = None) -> bytes:
    """The whole body of a problem, as errors.yaml has it."""
    body: Node = {"type": f"tag:shop.example,2026:{code}", **ERRORS["problems"][code], "code": code}
    order = ("type", "title", "status", "detail", "code")
    body = {key: body[key] for key in order}
    if errors is not None:
        body["errors"] = sorted(_entries(errors), key=lambda entry: (entry["in"], entry["pointer"]))[:LISTED_ERRORS]
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _entries(errors: list[Any]) -> Iterator[Node]:
    for error in errors:
        if isinstance(error, dict):
            number, template = error["$each"]
            yield from _entries([template.replace("#", str(index)) for index in range(number)])
            continue
        place, pointer, code, *limit = error.split() if isinstance(error, str) else error
        said = ERRORS["fields"][code]
        yield {"in": place, "pointer": pointer, "code": code, "message": said.replace("{limit}", "".join(limit))}


def _of_headers(expected: Mapping[str, str | None], answer: Answer) -> Iterator[str]:
    for name, value in expected.items():
        if answer.header(name) != value:
            yield f"header {name} is {answer.header(name)!r}, expected {value!r}"


def _of_request_id(sent: Message, answer: Answer) -> Iterator[str]:
    asked, given = sent.header("X-Request-ID").strip(), answer.header("X-Request-ID") or ""
    if not REQUEST_ID.fullmatch(given):
        yield f"header X-Request-ID is {given!r}"
    elif (asked == given) != bool(REQUEST_ID.fullmatch(asked)):
        yield f"header X-Request-ID is {given!r} where {asked!r} was sent"


def _of_body(step: Node, reader: Reader, answer: Answer) -> Iterator[str]:
    if "problem" in step or "errors" in step:
        yield from _of_bytes(
            problem_bytes(step.get("problem", "invalid_request"), reader.read(step.get("errors"))), answer
        )
    if "exact" in step:
        yield from _of_bytes(reader.read(step["exact"]).encode(), answer)
    for text in step.get("contains", ()):
        if text.encode() not in answer.content:
            yield f"the body lacks {text}: {answer.content.decode(errors='replace')}"
    if {"body", "listed", "lacks", "keys", "changed"} & step.keys():
        try:
            yield from _of_json(step, reader, json.loads(answer.content))
        except (ValueError, LookupError, TypeError, AttributeError):
            yield f"the body has another form: {answer.content.decode(errors='replace')[:300]}"


def _of_bytes(expected: bytes, answer: Answer) -> Iterator[str]:
    if answer.content != expected:
        yield f"body {answer.content.decode(errors='replace')}\n    expected {expected.decode()}"


def _of_json(step: Node, reader: Reader, body: Any) -> Iterator[str]:
    yield from unlike(reader.read(step.get("body", {})), body, "")
    if "listed" in step:
        listed = [item.get("slug", item["id"]) for item in body["items"]]
        if listed != (expected := reader.read(step["listed"])):
            yield f"lists {listed}, expected {expected}"
    yield from (f"the body has {key}" for key in step.get("lacks", ()) if key in body)
    if list(body) != step.get("keys", list(body)):
        yield f"the keys are {list(body)}, expected {step['keys']}"
    yield from (f"{key} is still {old}" for key, old in step.get("changed", {}).items() if body[key] == old)


def unlike(expected: Any, found: Any, pointer: str) -> Iterator[str]:
    """Where a body departs from what is expected of it; an object may have further keys."""
    if isinstance(expected, dict) and isinstance(found, dict):
        for key, value in expected.items():
            yield from unlike(value, found.get(key, "(missing)"), f"{pointer}/{key}")
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from unlike(one, other, f"{pointer}/{index}")
    elif type(expected) is not type(found) or expected != found:
        yield f"{pointer or 'the body'} is {found!r}, expected {expected!r}"


def _new_id(answer: Answer) -> dict[str, str]:
    found = re.match(rb'\{"id":"([0-9a-f-]{36})"', answer.content)
    return {"new_id": found[1].decode()} if found else {}


def _of_contract(sent: Message, answer: Answer) -> Iterator[str]:
    path = unquote(sent.target.partition("?")[0], errors="replace")
    if template_of(path) is None and answer.status not in {400, 404}:
        # The pages and the generated document: described by no operation.
        yield from (
            f"header {name} is {answer.header(name)!r}"
            for name in SECURITY_HEADERS
            if answer.header(name) != SECURITY_HEADERS[name]
        )
        return
    request = httpx.Request(sent.method, "http://127.0.0.1")
    request.url = AsSent(sent.target)
    # As a stream, because httpx adds a Content-Length to other content.
    stream = httpx.ByteStream(answer.content)
    response = httpx.Response(answer.status, headers=answer.headers, stream=stream, request=request)
    response.read()
    yield from violations(response)
