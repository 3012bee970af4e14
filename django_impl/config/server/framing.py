"""Requests and bodies from received bytes, by gunicorn's own parser."""

import re
from functools import cached_property
from io import BytesIO, RawIOBase
from typing import Any, BinaryIO
from urllib.parse import unquote

from gunicorn.http.body import ChunkedReader
from gunicorn.http.message import Request
from gunicorn.http.unreader import Unreader

from django_impl.contract import BODIES, IMAGES

MAX_BYTES: int = BODIES["max_bytes"]
MAX_FORM_BYTES: int = IMAGES["max_form_bytes"]
IMAGE_PATH = re.compile("/api/products/[^/]+/image")
# The limit for a chunked body with its chunk sizes, as a multiple of the body: chunks can be as small as one byte.
MAX_OVERHEAD = 8
MAX_LINE_BYTES = 8190
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")


class BytesUnreader(Unreader):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's source of data for its parsers, which has these bytes and then the end of the input."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.buf.write(data)

    def chunk(self, size_hint: int | None = None) -> bytes:
        return b""


class InvalidRemainder(Exception):
    """The rest of the last body is malformed, so the start of the next request cannot be found."""


class UnreadableBody(RawIOBase):
    """The input for a malformed or too large body. Django raises UnreadablePostError when it is read."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        raise OSError("the body cannot be read")


class BufferedRequest(Request):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's request, with Connection as a list of options. gunicorn compares only the whole header."""

    @cached_property
    def connection_options(self) -> set[str]:
        values = ",".join(value for name, value in self.headers if name == "CONNECTION")
        return {option.strip(" \t").lower() for option in values.split(",")}

    def should_close(self) -> bool:
        """Return whether the connection closes after this request (RFC 9112, 9.3)."""
        if self.must_close or self.method == "CONNECT" or "close" in self.connection_options:
            return True
        return bool(self.version <= (1, 0)) and "keep-alive" not in self.connection_options

    def parse_headers(self, data: bytes, from_trailer: bool = False) -> list[tuple[str, str]]:
        """Return the headers. Trailers are ignored, as in uvicorn."""
        headers: list[tuple[str, str]] = [] if from_trailer else super().parse_headers(data)
        return headers


def max_body_bytes(method: str, path: str) -> int:
    """Return the size of the largest body that the worker receives for this method and path."""
    return MAX_FORM_BYTES if method == "PUT" and IMAGE_PATH.fullmatch(path) else MAX_BYTES


class BodyFraming:
    """Finds the end of a request's body, so that the worker knows when the request is complete."""

    def __init__(self, request: BufferedRequest) -> None:
        reader = request.body.reader
        self.is_chunked = isinstance(reader, ChunkedReader)
        self.max_bytes = max_body_bytes(request.method, unquote(request.path))
        # The position in the data where the body ends, or up to which it is known.
        self.end: int = 0 if self.is_chunked else reader.length
        self.bytes_announced = self.end
        self._in_chunks = self.is_chunked
        self._in_trailers = False

    def has_ended(self, data: bytearray) -> bool:
        """Return whether the data contains the whole body. Raises ValueError for malformed chunks."""
        if self._in_chunks:
            self._read_chunk_sizes(data)
        return not self._in_chunks and len(data) >= self.end

    def is_too_large(self, data: bytearray) -> bool:
        """Return whether the body exceeds the limit, by its Content-Length or by the chunks received so far."""
        missing = max(0, self.end - len(b"\r\n") - len(data)) if self.is_chunked else 0
        return self.bytes_announced - missing > self.max_bytes

    def discard(self, data: bytearray) -> bool:
        """Remove the body from the data, and return whether it was complete. Raises ValueError."""
        ended = self.has_ended(data)
        discarded = min(self.end, len(data))
        del data[:discarded]
        self.end -= discarded
        return ended

    def _read_chunk_sizes(self, data: bytearray) -> None:
        while not self._in_trailers and (line_end := data.find(b"\r\n", self.end)) >= 0:
            size = _chunk_size(data[self.end : line_end])
            self._in_trailers = size == 0
            self.bytes_announced += size
            self.end = line_end if self._in_trailers else line_end + size + len(b"\r\n\r\n")
        if self._in_trailers and (last := data.find(b"\r\n\r\n", self.end)) >= 0:
            self.end = last + len(b"\r\n\r\n")
            self._in_chunks = False
        elif len(data) > MAX_OVERHEAD * self.max_bytes or (
            not self._in_trailers and len(data) - self.end > MAX_LINE_BYTES
        ):
            raise ValueError("a chunked body without end")


def read_body(request: BufferedRequest, framing: BodyFraming, data: bytearray) -> BinaryIO | UnreadableBody:
    """Return the body for the application. A malformed body closes the connection: the next request is unknown."""
    if not framing.is_chunked:
        # The application rejects a too large body by its Content-Length, and does not read it.
        return UnreadableBody() if framing.is_too_large(data) else BytesIO(data[: framing.end])
    try:
        return BytesIO(ChunkedReader(request, BytesUnreader(bytes(data[: framing.end]))).read(framing.max_bytes + 1))
    except Exception:  # gunicorn's errors of parsing have no common base class
        request.force_close()
        return UnreadableBody()


def _chunk_size(line: bytearray) -> int:
    match = CHUNK_SIZE.fullmatch(line)
    if match is None:
        raise ValueError("not a chunk size")
    return int(match[1], 16)
