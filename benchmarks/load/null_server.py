"""A minimal HTTP server: to measure the highest rate of the load generator, and to be a slow upstream of a server.

`python -m benchmarks.load.null_server SIZE CPUS [DELAY]` prints its port and gives every request the same response,
with a JSON body of SIZE bytes, after DELAY seconds. It exits when its standard input closes. CPUS is a comma-separated
list, or `-` for no pinning.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from typing import Any, cast

try:
    from uvloop import run
except ImportError:  # uvloop does not exist for Windows
    from asyncio import run

# The head of a response, for its status and the size of its body.
HEAD = (
    "HTTP/1.1 {} OK\r\n"
    "Date: Tue, 03 Mar 2026 08:00:00 GMT\r\n"
    "Server: null\r\n"
    "Content-Type: application/json\r\n"
    "X-Request-ID: 019ab0c4-3f60-7c3e-9a55-0f1f6f1c2d41\r\n"
    "Content-Length: {}\r\n\r\n"
)
_BACKLOG = 2048


def response_body(size: int) -> str:
    """Return the body of every response: JSON of `size` bytes."""
    return '{"text":"' + "x" * (size - 11) + '"}'


class NullProtocol(asyncio.Protocol):
    """Writes the same response whenever data arrives.

    It does not parse requests: the generator sends one request without a body at a time.
    """

    response = b""
    delay = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport for the responses."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, _data: bytes) -> None:
        """Send the response after the delay."""
        if self.delay:
            asyncio.get_running_loop().call_later(self.delay, self._transport.write, self.response)
        else:
            self._transport.write(self.response)


async def serve(size: int, delay: float) -> None:
    """Serve responses with a body of `size` bytes after `delay` seconds, until standard input closes."""
    NullProtocol.response = HEAD.format(200, size).encode() + response_body(size).encode()
    NullProtocol.delay = delay
    await serve_until_input_closes(NullProtocol)


async def serve_until_input_closes(protocol: Callable[[], asyncio.Protocol]) -> None:
    """Print the port and serve connections with the protocol until standard input closes."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, backlog=_BACKLOG)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()
    server.close()


def pinned_run(main: Coroutine[Any, Any, None], cpus: str) -> None:
    """Pin this process to the CPUs, a comma-separated list or `-` for none, and run the coroutine."""
    if cpus != "-":
        os.sched_setaffinity(0, {int(cpu) for cpu in cpus.split(",")})
    run(main)


def main(size: str, cpus: str, delay: str = "0") -> None:
    """Pin this process to the CPUs and serve."""
    pinned_run(serve(int(size), float(delay)), cpus)


if __name__ == "__main__":
    main(*sys.argv[1:])
