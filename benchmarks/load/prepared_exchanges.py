"""Exchanges prepared for fast sending: the bytes of the request, and the check of the response."""

import re
from functools import cache

from benchmarks.scenarios.exchanges import SERIAL, Exchange, Request

_SERIAL, _ANY_SERIAL = SERIAL.encode(), "0" * 9


@cache
def compiled(pattern: str) -> re.Pattern[bytes]:
    """Compile the pattern of a whole response once: a page of products takes 10 ms, and re caches only 512 patterns."""
    return re.compile(pattern.encode())


class PreparedExchange:
    """A request as bytes with its expected response; everything that does not change is computed once."""

    def __init__(self, exchange: Exchange, tokens: dict[str, str], host: str) -> None:
        self.name = f"{exchange.request.method} {exchange.request.path}"
        self._status = exchange.status
        self._text = None if exchange.text is None else exchange.text.encode()
        self._pattern = None if exchange.pattern is None else compiled(exchange.pattern)
        self._parts = _written(exchange.request, tokens, host).split(_SERIAL)
        self._echoes = SERIAL in (exchange.request.body or "")
        self.is_numbered = len(self._parts) > 1

    def request(self, serial: bytes) -> bytes:
        """Return the bytes of the request, with its serial number where it has one."""
        return serial.join(self._parts)

    def is_right(self, status: int, body: bytes, serial: bytes) -> bool:
        """Whether the response is the one that was recorded during verification."""
        if status != self._status:
            return False
        if self._pattern is None:
            return body == self._text
        return self._pattern.fullmatch(body) is not None and (not self._echoes or serial in body)


def _written(request: Request, tokens: dict[str, str], host: str) -> bytes:
    headers = {"Host": host, "User-Agent": "benchmark", **request.headers(tokens, SERIAL)}
    if request.body:
        headers["Content-Length"] = str(len((request.payload(_ANY_SERIAL) or "").encode()))
    lines = [f"{request.method} {request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", request.body or ""]).encode()
