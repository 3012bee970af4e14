"""Build the bytes of a request from a step of a case.

Nothing is normalised, added or removed except what the case demands.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote, urlencode

from tests.contract_lint import Node
from tests.parity.expressions import Evaluator
from tests.pictures import picture

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "cut-here"


@dataclass(frozen=True)
class RawRequest:
    """A request. `headers` are sent in this order and unchanged."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    content: bytes

    @property
    def head(self) -> bytes:
        """Request line and headers, with the blank line after them."""
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    @property
    def path(self) -> str:
        """The decoded path."""
        return unquote(self.target.partition("?")[0], errors="replace")

    def header(self, name: str) -> str:
        """Return the values of a header, joined with commas. The result is empty if the header is missing."""
        return ",".join(value for key, value in self.headers if key.lower() == name.lower())


def build_request(step: Node, evaluator: Evaluator, host: str) -> RawRequest:
    """Build the request of a step, with this `Host` header."""
    body = _body(step, evaluator)
    chunks = step.get("chunks")
    headers = [("Host", host), *_authorization(step, evaluator), *_body_headers(step, body, chunks)]
    for name, value in step.get("headers", {}).items():
        headers = [pair for pair in headers if pair[0].lower() != name.lower()]
        headers += [(name, text) for text in _texts(evaluator.evaluate(value))]
    content = b"".join(_chunked(body or b"", chunks)) if chunks else body or b""
    return RawRequest(step["method"], _target(step, evaluator), headers, content)


def _body(step: Node, evaluator: Evaluator) -> bytes | None:
    if "base64" in step:
        return base64.b64decode(step["base64"])
    if "raw" in step:
        return str(evaluator.evaluate(step["raw"])).encode()
    if "parts" in step:
        return b"".join(_parts(evaluator.evaluate(step["parts"])))
    if step.get("form") is not None:
        return urlencode(evaluator.evaluate(step["form"])).encode()
    if step.get("json") is None:
        return None
    fields = evaluator.evaluate(step["json"]) | evaluator.evaluate(step.get("set", {}))
    remaining = {key: value for key, value in fields.items() if key not in step.get("drop", ())}
    return json.dumps(remaining, ensure_ascii=False, separators=(",", ":")).encode()


def _body_headers(step: Node, body: bytes | None, chunks: int | None) -> Iterator[tuple[str, str]]:
    if body is not None:
        yield "Content-Type", _media_type(step)
    if chunks:
        yield "Transfer-Encoding", "chunked"
    elif body is not None or step["method"] == "POST":
        yield "Content-Length", str(len(body or b""))


def _media_type(step: Node) -> str:
    if "parts" in step:
        return f"multipart/form-data; boundary={BOUNDARY}"
    return FORM if step.get("form") is not None else "application/json"


def _parts(parts: list[Node]) -> Iterator[bytes]:
    """Yield the pieces of a multipart form. A part with a file name is a file."""
    for part in parts:
        disposition = f'Content-Disposition: form-data; name="{part["name"]}"'
        if "filename" in part:
            disposition += f'; filename="{part["filename"]}"'
        headers = [disposition, *([f"Content-Type: {part['type']}"] if "type" in part else ())]
        yield "\r\n".join([f"--{BOUNDARY}", *headers, "", ""]).encode()
        yield _part_content(part)
        yield b"\r\n"
    yield f"--{BOUNDARY}--\r\n".encode()


def _part_content(part: Node) -> bytes:
    if "picture" in part:
        return picture(part["picture"])
    if "zeros" in part:
        return bytes(part["zeros"])
    return base64.b64decode(part["base64"]) if "base64" in part else str(part["text"]).encode()


def _authorization(step: Node, evaluator: Evaluator) -> Iterator[tuple[str, str]]:
    if "authorization" in step:
        yield "Authorization", evaluator.evaluate(step["authorization"])
    elif step["as"] != "anonymous":
        yield "Authorization", "Bearer " + evaluator.token({**step.get("token", {}), "of": step["as"]})


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _target(step: Node, evaluator: Evaluator) -> str:
    path, query = evaluator.evaluate(step["path"]), evaluator.evaluate(step.get("query"))
    if isinstance(query, dict):
        query = urlencode(query, quote_via=quote)
    return path if query is None else f"{path}?{query}"


def _chunked(content: bytes, pieces: int) -> Iterator[bytes]:
    size = max(1, -(-len(content) // pieces))
    for start in range(0, len(content), size):
        piece = content[start : start + size]
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"
