"""Requests out of bytes that have arrived: gunicorn's own parser, which here never reads from a socket."""

import re
from functools import cached_property
from io import BytesIO, RawIOBase
from typing import Any, BinaryIO

from gunicorn.http.body import ChunkedReader
from gunicorn.http.message import Request
from gunicorn.http.unreader import Unreader

from django_impl.contract import BODIES

MAX_BYTES: int = BODIES["max_bytes"]
# Chunks may be as small as a byte, each with a line of its own.
MAX_RAW_BYTES = 8 * MAX_BYTES
MAX_LINE_BYTES = 8190
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")


class Arrived(Unreader):  # type: ignore[misc] # gunicorn has no types
    """What gunicorn's parsers read: bytes that are there, and then the end."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self.buf.write(data)

    def chunk(self, size_hint: int | None = None) -> bytes:
        return b""


class BrokenRemainder(Exception):
    """What follows of a body that has been answered for is no body, so no further request can be found."""


class Unreadable(RawIOBase):
    """The input of a body that is broken, or too large to be kept: Django raises UnreadablePostError."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        raise OSError("the body cannot be read")


class BufferedRequest(Request):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's request, whose Connection header is a list of options: gunicorn looks for one that is all of it."""

    @cached_property
    def connection_options(self) -> set[str]:
        values = ",".join(value for name, value in self.headers if name == "CONNECTION")
        return {option.strip(" \t").lower() for option in values.split(",")}

    def should_close(self) -> bool:
        """Tell whether the connection ends with this request (RFC 9112, 9.3)."""
        if self.must_close or self.method == "CONNECT" or "close" in self.connection_options:
            return True
        return bool(self.version <= (1, 0)) and "keep-alive" not in self.connection_options

    def parse_headers(self, data: bytes, from_trailer: bool = False) -> list[tuple[str, str]]:
        """Return the headers; trailers are ignored, whatever they are, as uvicorn does."""
        headers: list[tuple[str, str]] = [] if from_trailer else super().parse_headers(data)
        return headers


class BodyFraming:
    """Finds where the body of a request ends. What it says decides when the request is served, not what is in it."""

    def __init__(self, request: BufferedRequest) -> None:
        reader = request.body.reader
        self.is_chunked = isinstance(reader, ChunkedReader)
        # The body, or as much of it as can be known yet, is what stands before this place.
        self.end: int = 0 if self.is_chunked else reader.length
        self.bytes_announced = self.end
        self._in_chunks = self.is_chunked
        self._in_trailers = False

    def has_ended(self, data: bytearray) -> bool:
        """Tell whether the data hold all of the body. Raises ValueError where they are no body."""
        if self._in_chunks:
            self._read_chunk_sizes(data)
        return not self._in_chunks and len(data) >= self.end

    def is_too_large(self, data: bytearray) -> bool:
        """Tell whether the body is larger than the shop takes: by its length, or by the chunks that are there."""
        missing = max(0, self.end - len(b"\r\n") - len(data)) if self.is_chunked else 0
        return self.bytes_announced - missing > MAX_BYTES

    def discard(self, data: bytearray) -> bool:
        """Remove what belongs to the body, and tell whether that was all of it. Raises ValueError."""
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
        elif len(data) > MAX_RAW_BYTES or (not self._in_trailers and len(data) - self.end > MAX_LINE_BYTES):
            raise ValueError("a chunked body without end")


def read_body(request: BufferedRequest, framing: BodyFraming, data: bytearray) -> BinaryIO | Unreadable:
    """Return the body for the application; a broken one ends the connection, as nothing after it can be trusted."""
    if not framing.is_chunked:
        # The application refuses it by its Content-Length, and has no need to see it.
        return Unreadable() if framing.is_too_large(data) else BytesIO(data[: framing.end])
    try:
        return BytesIO(ChunkedReader(request, Arrived(bytes(data[: framing.end]))).read(MAX_BYTES + 1))
    except Exception:  # gunicorn has many, without a class in common
        request.force_close()
        return Unreadable()


def _chunk_size(line: bytearray) -> int:
    match = CHUNK_SIZE.fullmatch(line)
    if match is None:
        raise ValueError("not a chunk size")
    return int(match[1], 16)
