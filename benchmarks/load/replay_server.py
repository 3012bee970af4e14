"""A minimal HTTP server that sends recorded responses, to measure the load generator with them.

`python -m benchmarks.load.replay_server RESPONSES CPUS` prints its port. RESPONSES is a file with a JSON list of pairs
of status and body. The request of `/7` gets response 7. It exits when its standard input closes. CPUS is a
comma-separated list, or `-` for no pinning.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import cast

from benchmarks.load.null_server import HEAD, pinned_run, serve_until_input_closes

_END_OF_HEAD, _LENGTH = b"\r\n\r\n", b"Content-Length: "


class ReplayProtocol(asyncio.Protocol):
    """Sends a recorded response after each complete request. It does little else, to use little CPU."""

    responses: tuple[bytes, ...] = ()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for the responses."""
        self._transport = cast(asyncio.Transport, transport)
        self._missing, self._response = 0, b""

    def data_received(self, data: bytes) -> None:
        """Send the response once the body of the request is complete. The head arrives in one piece."""
        if self._missing:
            self._missing -= len(data)
        else:
            head, _, body = data.partition(_END_OF_HEAD)
            self._response = self.responses[int(head.split(b" ", 2)[1][1:])]
            _, _, length = head.partition(_LENGTH)
            self._missing = int(length.partition(b"\r\n")[0] or 0) - len(body)
        if self._missing <= 0:
            self._missing = 0
            self._transport.write(self._response)


def main(responses: str, cpus: str) -> None:
    """Pin this process to the CPUs and serve the responses of the file."""
    recorded = json.loads(Path(responses).read_text(encoding="utf-8"))
    ReplayProtocol.responses = tuple(_response(status, body.encode()) for status, body in recorded)
    pinned_run(serve_until_input_closes(ReplayProtocol), cpus)


def _response(status: int, body: bytes) -> bytes:
    return HEAD.format(status, len(body)).encode() + body


if __name__ == "__main__":
    main(*sys.argv[1:])
