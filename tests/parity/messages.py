"""A case's request as the bytes that go over the wire: nothing is tidied, added or left out but as the case says."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from tests.contract_lint import Node
from tests.parity.values import Reader

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Message:
    """A request, ready to be sent; `headers` are those on the wire, in their order."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    content: bytes

    @property
    def head(self) -> bytes:
        """Request line and headers."""
        lines = [f"{self.method} {self.target} HTTP/1.1", *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def header(self, name: str) -> str:
        """The values of a header, joined with commas."""
        return ",".join(value for key, value in self.headers if key.lower() == name.lower())


def message(step: Node, reader: Reader, host: str) -> Message:
    """The request of a step, for a host."""
    body = _body(step, reader)
    chunks = step.get("chunks")
    headers = [("Host", host), *_caller(step, reader), *_about_body(step, body, chunks)]
    for name, value in step.get("headers", {}).items():
        headers = [pair for pair in headers if pair[0].lower() != name.lower()]
        headers += [(name, text) for text in _texts(reader.read(value))]
    content = b"".join(_chunked(body or b"", chunks)) if chunks else body or b""
    return Message(step["method"], _target(step, reader), headers, content)


def _body(step: Node, reader: Reader) -> bytes | None:
    if "base64" in step:
        return base64.b64decode(step["base64"])
    if "raw" in step:
        return str(reader.read(step["raw"])).encode()
    if step.get("form") is not None:
        return urlencode(reader.read(step["form"])).encode()
    if step.get("json") is None:
        return None
    fields = reader.read(step["json"]) | reader.read(step.get("set", {}))
    left = {key: value for key, value in fields.items() if key not in step.get("drop", ())}
    return json.dumps(left, ensure_ascii=False, separators=(",", ":")).encode()


def _about_body(step: Node, body: bytes | None, chunks: int | None) -> Iterator[tuple[str, str]]:
    if body is not None:
        yield "Content-Type", FORM if step.get("form") is not None else "application/json"
    if chunks:
        yield "Transfer-Encoding", "chunked"
    elif body is not None or step["method"] == "POST":
        yield "Content-Length", str(len(body or b""))


def _caller(step: Node, reader: Reader) -> Iterator[tuple[str, str]]:
    if "authorization" in step:
        yield "Authorization", reader.read(step["authorization"])
    elif step["as"] != "nobody":
        yield "Authorization", "Bearer " + reader.token({**step.get("token", {}), "of": step["as"]})


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _target(step: Node, reader: Reader) -> str:
    path, query = reader.read(step["path"]), reader.read(step.get("query"))
    if isinstance(query, dict):
        query = urlencode(query, quote_via=quote)
    return path if query is None else f"{path}?{query}"


def _chunked(content: bytes, pieces: int) -> Iterator[bytes]:
    size = max(1, -(-len(content) // pieces))
    for start in range(0, len(content), size):
        piece = content[start : start + size]
        yield b"%x\r\n%b\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"
