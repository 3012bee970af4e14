"""uvicorn's HTTP protocol, with corrections for which uvicorn has no option; the server is started with `--http`.

The numbers are issues and pull requests of uvicorn. llhttp still parses the requests; see
decision 23: A subclass of uvicorn's HTTP protocol.
"""

import asyncio
import re
from collections.abc import Iterable
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from fastapi_impl.contract import HTTP, SOCKETS

KEEP_ALIVE = (b"connection", b"keep-alive")
SCHEME_AND_AUTHORITY = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*")
# About gunicorn's limits, which are the size of one header and the number of headers.
MAX_HEAD_BYTES = 65536
MAX_HEADERS = 100
SOCKET_PATH = SOCKETS["path"].encode()


class DiscardingList(list[tuple[bytes, bytes]]):
    """A list that discards the headers of trailers."""

    def append(self, _header: tuple[bytes, bytes]) -> None:
        """Do not append the header."""


TRAILERS = DiscardingList()


def connection_options(headers: Iterable[tuple[bytes, bytes]]) -> set[bytes]:
    """Return the tokens of all `Connection` headers, in lower case."""
    values = b",".join(value for name, value in headers if name == b"connection")
    return {token.strip(b" \t").lower() for token in values.split(b",")}


class HttpProtocol(HttpToolsProtocol):
    """One connection of a client."""

    request_timeout: float = HTTP["request_timeout_seconds"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.last_complete_cycle: RequestResponseCycle | None = None  # the last request that was received completely
        self.outstanding_cycles: list[RequestResponseCycle] = []  # those whose response is not complete
        self.pending_head_bytes = 0  # received since the end of that request, without those of bodies
        self.deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn does
        super().connection_made(transport)
        # uvicorn never closes a connection on which the client has sent nothing.
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for cycle in self.outstanding_cycles:  # uvicorn notifies only the last one of the disconnect
            if not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        self._cancel_deadline()
        self._unset_keepalive_if_required()  # uvicorn does so only where the connection ended without an error

    def data_received(self, data: bytes) -> None:
        """Parse requests; an offer to upgrade to another protocol than WebSocket is ignored (#2722)."""
        self._unset_keepalive_if_required()
        self.pending_head_bytes += len(data)
        try:
            self._feed(data)
        except httptools.HttpParserError:
            self._reject()
            return
        if self.pending_head_bytes > MAX_HEAD_BYTES:
            self._reject()
        elif self.deadline is None and (self.pending_head_bytes or self.cycle is not self.last_complete_cycle):
            self._set_deadline()

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn's, which only passes, is declared to return None
        """Send the outstanding responses, then close (#1264). TLS has no half-closed connections."""
        return self.scheme == "http" and self._close_after_answers()

    def shutdown(self) -> None:
        """Announce in the response to the current request that the connection is closed after it."""
        super().shutdown()
        if self.cycle is not None:
            self.cycle.default_headers = self.server_state.default_headers

    # The parser calls these.

    def on_message_begin(self) -> None:
        super().on_message_begin()
        # The request may begin after the end of another in the same segment.
        self.pending_head_bytes = self.pending_head_bytes or 1

    def on_headers_complete(self) -> None:
        self.pending_head_bytes = 0
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            if self._should_upgrade():
                super().on_headers_complete()
            return
        version = self.parser.get_http_version()
        if version != "1.1":
            self._check_http_1_0(version)
        if not self.url.startswith(b"/"):
            self._normalize_target()
        if len(self.headers) > MAX_HEADERS:
            raise ValueError("too many headers")  # uvicorn has no limit (#157)
        super().on_headers_complete()
        self.outstanding_cycles = [cycle for cycle in self.outstanding_cycles if not cycle.response_complete]
        self.outstanding_cycles.append(self.cycle)
        self._set_keep_alive(self.cycle)
        self.headers = TRAILERS  # uvicorn appends trailers to the headers of the request, also Authorization

    def on_body(self, body: bytes) -> None:
        self.pending_head_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        if self.parser.should_upgrade():
            return
        super().on_message_complete()
        self.last_complete_cycle = self.cycle
        self.pending_head_bytes = 0
        if self.deadline is not None:
            self._cancel_deadline()
        # llhttp ignores what follows, also where only a trailer says `Connection: close`.
        if not self.parser.should_keep_alive() and not self._close_after_answers():
            self.transport.close()

    # uvicorn calls these in the methods above.

    def _should_upgrade(self) -> bool:
        """Return whether this is the handshake of a WebSocket. Offers to upgrade at any other path are ignored."""
        is_socket = self.url.partition(b"?")[0] == SOCKET_PATH and self.parser.get_method() == b"GET"
        return is_socket and self.parser.get_http_version() == "1.1" and super()._should_upgrade()

    # Methods that uvicorn does not have.

    def _feed(self, data: bytes | memoryview) -> None:
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                if self._should_upgrade():
                    self._cancel_deadline()
                    self.handle_websocket_upgrade()
                    return
                if self.parser.get_method() == b"CONNECT":
                    return
                data = memoryview(data)[upgrade.args[0] :]
                self._reparse_without_upgrade()
            else:
                return

    def _reparse_without_upgrade(self) -> None:
        """Parse the head again without `Upgrade`, because with it httptools parses no body (httptools#124)."""
        version = self.parser.get_http_version().encode()
        lines = [b"%s %s HTTP/%s" % (self.parser.get_method(), self.url, version)]
        lines += [b"%s: %s" % header for header in self.headers if header[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn does
        self.parser.feed_data(b"\r\n".join([*lines, b"", b""]))

    def _check_http_1_0(self, version: str) -> None:
        """Reject other versions, which llhttp accepts, and chunks in HTTP/1.0, which proxies read differently."""
        if version != "1.0" or b"transfer-encoding" in dict(self.headers):
            raise ValueError(version)
        self.expect_100_continue = False

    def _normalize_target(self) -> None:
        """Reduce a target in absolute form to its path and query (#3097), and prefix any other form with a slash."""
        self.url = SCHEME_AND_AUTHORITY.sub(b"", self.url, count=1)
        if not self.url.startswith(b"/") and self.url != b"*":
            self.url = b"/" + self.url

    def _set_keep_alive(self, cycle: RequestResponseCycle) -> None:
        """Keep an HTTP/1.0 connection open if the client requests it, and send `Connection: keep-alive`."""
        if self.parser.should_upgrade():  # CONNECT: what follows is not HTTP
            cycle.keep_alive = cycle.more_body = False
            self.last_complete_cycle = cycle
        elif self.scope["http_version"] == "1.0":
            cycle.keep_alive = self.parser.should_keep_alive() and b"close" not in connection_options(self.headers)
        if cycle.keep_alive:
            cycle.default_headers = [*cycle.default_headers, KEEP_ALIVE]

    def _has_outstanding_response(self) -> bool:
        return self.last_complete_cycle is not None and not self.last_complete_cycle.response_complete

    def _close_after_answers(self) -> bool:
        """Close after the response to the last complete request. Returns false if no response is outstanding."""
        if self.last_complete_cycle is None or self.last_complete_cycle.response_complete:
            return False
        if self.cycle is not self.last_complete_cycle:  # an incomplete request that waits in the pipeline
            self.pipeline.popleft()
            self.cycle = self.last_complete_cycle
        self.cycle.keep_alive = False
        self.cycle.default_headers = self.server_state.default_headers
        return True

    def _reject(self) -> None:
        """Respond with 400 to an invalid request, unless that would precede or interrupt another response."""
        self.logger.warning("Invalid HTTP request received.")
        if self._close_after_answers():
            self.flow.pause_reading()
        elif self.cycle is not self.last_complete_cycle and self.cycle.response_started:
            self.transport.close()
        else:
            self.send_400_response("Invalid HTTP request received.")

    def _set_deadline(self) -> None:
        self.deadline = self.loop.call_later(self.request_timeout, self._on_deadline)

    def _cancel_deadline(self) -> None:
        if self.deadline is not None:
            self.deadline.cancel()
            self.deadline = None

    def _on_deadline(self) -> None:
        """Close the connection of a client that does not complete its request (#157)."""
        if self._has_outstanding_response() or self.flow.read_paused:  # the client waits for the server
            self._set_deadline()
        else:
            self.deadline = None
            self.transport.close()
