"""A TCP proxy between an implementation and PostgreSQL that records every statement."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

from psycopg2.extensions import parse_dsn

from harness.ports import LOOPBACK
from harness.wire.protocol import Frontend, StatementLog

# Codes of SSLRequest and GSSENCRequest. The proxy rejects both, because it cannot read encrypted messages.
_ENCRYPTION_REQUESTS = {80877103, 80877104}


@contextmanager
def record_statements(database_url: str) -> Iterator[tuple[str, StatementLog]]:
    """Run a proxy to the database. Yields the URL of the database through the proxy, and the log of its statements."""
    log = StatementLog()
    with socket.create_server((LOOPBACK, 0)) as listener:
        threading.Thread(target=_accept, args=[listener, database_url, log], daemon=True).start()
        try:
            yield _proxy_url(database_url, listener.getsockname()[1]), log
        finally:
            # Closing the socket does not wake the thread that waits in accept().
            listener.shutdown(socket.SHUT_RDWR)


def _proxy_url(database_url: str, port: int) -> str:
    parts = urlsplit(database_url)
    account = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return urlunsplit((parts.scheme, f"{account}{LOOPBACK}:{port}", parts.path, "", ""))


def _accept(listener: socket.socket, database_url: str, log: StatementLog) -> None:
    with suppress(OSError):
        while True:
            driver, _ = listener.accept()
            threading.Thread(target=_serve, args=[driver, database_url, log], daemon=True).start()


def _serve(driver: socket.socket, database_url: str, log: StatementLog) -> None:
    with driver, _connect(database_url) as server, suppress(OSError):
        for end in (driver, server):
            if end.family != socket.AF_UNIX:
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.sendall(_read_startup_message(driver))
        threading.Thread(target=_forward_responses, args=[server, driver], daemon=True).start()
        frontend = Frontend(log)
        while chunk := driver.recv(65536):
            frontend.feed(chunk)
            server.sendall(chunk)


def _read_startup_message(driver: socket.socket) -> bytes:
    while True:
        head = driver.recv(8, socket.MSG_WAITALL)
        length, code = struct.unpack("!II", head)
        if code not in _ENCRYPTION_REQUESTS:
            return head + driver.recv(length - len(head), socket.MSG_WAITALL)
        driver.sendall(b"N")


def _forward_responses(server: socket.socket, driver: socket.socket) -> None:
    with suppress(OSError):
        while chunk := server.recv(65536):
            driver.sendall(chunk)
        driver.shutdown(socket.SHUT_RDWR)


def _connect(database_url: str) -> socket.socket:
    dsn = parse_dsn(database_url)
    host, port = dsn.get("host", LOOPBACK), int(dsn.get("port", 5432))
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    server = socket.socket(socket.AF_UNIX)
    server.connect(f"{host}/.s.PGSQL.{port}")
    return server
