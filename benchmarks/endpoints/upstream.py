"""HTTP clients of the upstream, the server that `upstream` waits for: one for threads, one for the event loop.

Both keep connections open and do as little as possible, so that the cost of a client is not taken for that of a
framework. httpx has clients for both, but for each request its pool searches all of its connections: with 128 requests
at once that cost 7 ms of CPU each, several times as much as the framework.
"""

import asyncio
import http.client
import json
import os
import re
import threading
from typing import Any
from urllib.parse import urlsplit

# The variable that contains the URL of the upstream.
VARIABLE = "UPSTREAM_URL"
# A request that is not answered for so long is an error.
TIMEOUT_SECONDS = 30.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class UpstreamFailed(RuntimeError):
    """The response of the upstream has another status than 200, or no length."""


class ThreadedUpstream:
    """A client for threads, each of which has a connection of its own. Raises KeyError if the variable is not set."""

    def __init__(self) -> None:
        self._netloc = urlsplit(os.environ[VARIABLE]).netloc
        self._local = threading.local()

    def get(self) -> Any:
        """Send a request and return the JSON of the response. Raises OSError, HTTPException, UpstreamFailed."""
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = http.client.HTTPConnection(self._netloc, timeout=TIMEOUT_SECONDS)
            self._local.connection = connection
        connection.request("GET", "/")
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise UpstreamFailed(f"the upstream responded with {response.status}")
        return json.loads(body)


class AsyncUpstream:
    """A client for the event loop. Raises KeyError if the variable is not set.

    The connection that became idle last is used first. A new one is opened if none is idle.
    """

    def __init__(self) -> None:
        address = urlsplit(os.environ[VARIABLE])
        self._host, self._port = address.hostname or "", address.port or 80
        self._request = f"GET / HTTP/1.1\r\nHost: {address.netloc}\r\nAccept: */*\r\n\r\n".encode()
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def get(self) -> Any:
        """Send a request and return the JSON of the response. Raises OSError, EOFError, UpstreamFailed."""
        async with asyncio.timeout(TIMEOUT_SECONDS):
            reader, writer = self._idle.pop() if self._idle else await asyncio.open_connection(self._host, self._port)
            try:
                writer.write(self._request)
                body = await _read_body(reader)
            except BaseException:
                writer.close()
                raise
        self._idle.append((reader, writer))
        return json.loads(body)

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop()[1].close()


async def _read_body(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if not head.startswith(b"HTTP/1.1 200 ") or length is None:
        raise UpstreamFailed(f"the upstream responded with {head[:100]!r}")
    return await reader.readexactly(int(length[1]))
