"""A way to the database on which every message is noted: what the server is asked is what goes through here."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

from psycopg2.extensions import parse_dsn

from harness.ports import LOOPBACK
from harness.wire.protocol import Frontend, Journal

# Requests for an encrypted connection; encrypted, nothing could be noted.
_ENCRYPTION = {80877103, 80877104}


@contextmanager
def noted(database_url: str) -> Iterator[tuple[str, Journal]]:
    """The URL of the same database through a proxy, and the journal of what is asked there."""
    journal = Journal()
    with socket.create_server((LOOPBACK, 0)) as listener:
        threading.Thread(target=_accept, args=[listener, database_url, journal], daemon=True).start()
        try:
            yield _through(database_url, listener.getsockname()[1]), journal
        finally:
            # Wakes the thread that waits in accept, which closing alone does not.
            listener.shutdown(socket.SHUT_RDWR)


def _through(database_url: str, port: int) -> str:
    parts = urlsplit(database_url)
    account = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return urlunsplit((parts.scheme, f"{account}{LOOPBACK}:{port}", parts.path, "", ""))


def _accept(listener: socket.socket, database_url: str, journal: Journal) -> None:
    with suppress(OSError):
        while True:
            driver, _ = listener.accept()
            threading.Thread(target=_serve, args=[driver, database_url, journal], daemon=True).start()


def _serve(driver: socket.socket, database_url: str, journal: Journal) -> None:
    with driver, _server(database_url) as server, suppress(OSError):
        for end in (driver, server):
            if end.family != socket.AF_UNIX:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.sendall(_start_up(driver))
        threading.Thread(target=_pass_on, args=[server, driver], daemon=True).start()
        frontend = Frontend(journal)
        while chunk := driver.recv(65536):
            frontend.feed(chunk)
            server.sendall(chunk)


def _start_up(driver: socket.socket) -> bytes:
    while True:
        head = driver.recv(8, socket.MSG_WAITALL)
        length, code = struct.unpack("!II", head)
        if code not in _ENCRYPTION:
            return head + driver.recv(length - len(head), socket.MSG_WAITALL)
        driver.sendall(b"N")


def _pass_on(server: socket.socket, driver: socket.socket) -> None:
    with suppress(OSError):
        while chunk := server.recv(65536):
            driver.sendall(chunk)
        driver.shutdown(socket.SHUT_RDWR)


def _server(database_url: str) -> socket.socket:
    dsn = parse_dsn(database_url)
    host, port = dsn.get("host", LOOPBACK), int(dsn.get("port", 5432))
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    server = socket.socket(socket.AF_UNIX)
    server.connect(f"{host}/.s.PGSQL.{port}")
    return server
