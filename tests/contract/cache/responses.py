"""A TCP proxy to a database that can hold the responses of PostgreSQL back."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from harness.ports import LOOPBACK

# A driver gives up earlier.
MAX_SECONDS = 60


class Responses:
    """The responses of PostgreSQL on all connections."""

    def __init__(self) -> None:
        self._arrived = threading.Event()
        self._passing = threading.Event()
        self._passing.set()

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Hold all responses back until the end of the block."""
        self._arrived.clear()
        self._passing.clear()
        try:
            yield
        finally:
            self._passing.set()

    def wait_for_one(self) -> None:
        """Wait until a response is held back. PostgreSQL has then executed its statement."""
        assert self._arrived.wait(MAX_SECONDS), "no response of PostgreSQL"

    def forward(self, server: socket.socket, driver: socket.socket) -> None:
        """Pass the responses of a connection on."""
        with suppress(OSError):
            while chunk := server.recv(65536):
                if not self._passing.is_set():
                    self._arrived.set()
                    self._passing.wait(MAX_SECONDS)
                driver.sendall(chunk)
            driver.shutdown(socket.SHUT_RDWR)


@contextmanager
def responses_of(url: str) -> Iterator[tuple[str, Responses]]:
    """Run a proxy to the database. Yields the URL of the database through the proxy, and its responses."""
    parts, responses = urlsplit(url), Responses()
    address = (str(parts.hostname), int(parts.port or 5432))
    with socket.create_server((LOOPBACK, 0)) as listener:
        threading.Thread(target=_accept, args=[listener, address, responses], daemon=True).start()
        port = listener.getsockname()[1]
        try:
            yield url.replace(f"{parts.hostname}:{parts.port}", f"{LOOPBACK}:{port}", 1), responses
        finally:
            listener.shutdown(socket.SHUT_RDWR)  # closing does not wake the thread


def _accept(listener: socket.socket, address: tuple[str, int], responses: Responses) -> None:
    with suppress(OSError):
        while True:
            driver, _ = listener.accept()
            threading.Thread(target=_serve, args=[driver, address, responses], daemon=True).start()


def _serve(driver: socket.socket, address: tuple[str, int], responses: Responses) -> None:
    with suppress(OSError), driver, socket.create_connection(address) as server:
        for end in (driver, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        threading.Thread(target=responses.forward, args=[server, driver], daemon=True).start()
        while chunk := driver.recv(65536):
            server.sendall(chunk)
