"""Exchanges prepared for the load: the bytes of the request, and the check of the response."""

import re
from functools import cache

from benchmarks.scenarios.exchanges import SERIAL, Exchange, Request

_SERIAL, _ANY_SERIAL = SERIAL.encode(), "0" * 9


@cache
def compiled(pattern: str) -> re.Pattern[bytes]:
    """Compile the pattern of a complete response.

    The result is cached without a limit: the pattern of a page of products takes 10 ms to compile, and `re` itself
    caches only 512 patterns.
    """
    return re.compile(pattern.encode())


class PreparedExchange:
    """The bytes of a request and its expected response. Everything that is the same each time is computed once.

    `has_serial` says whether the request contains a serial number, which must be different each time. The latency of an
    exchange that `is_background` is not recorded.
    """

    def __init__(self, exchange: Exchange, tokens: dict[str, str], host: str) -> None:
        self.name = f"{exchange.request.method} {exchange.request.path}"
        self._status = exchange.status
        self._text = None if exchange.text is None else exchange.text.encode()
        self._pattern = None if exchange.pattern is None else compiled(exchange.pattern)
        self._parts = _encode(exchange.request, tokens, host).split(_SERIAL)
        self._is_serial_returned = SERIAL in (exchange.request.body or "")
        self.is_background = exchange.is_background
        self.has_serial = len(self._parts) > 1

    def request(self, serial: bytes) -> bytes:
        """Return the bytes of the request with this serial number of nine digits."""
        return serial.join(self._parts)

    def matches(self, status: int, body: bytes, serial: bytes) -> bool:
        """Return whether a response equals the one that was recorded during verification."""
        if status != self._status:
            return False
        if self._pattern is None:
            return body == self._text
        return self._pattern.fullmatch(body) is not None and (not self._is_serial_returned or serial in body)


def _encode(request: Request, tokens: dict[str, str], host: str) -> bytes:
    headers = {"Host": host, "User-Agent": "benchmark", **request.headers(tokens, SERIAL)}
    if request.body:
        headers["Content-Length"] = str(len((request.payload(_ANY_SERIAL) or "").encode()))
    lines = [f"{request.method} {request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", request.body or ""]).encode()
