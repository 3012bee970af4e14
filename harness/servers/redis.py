"""Run a Redis server on a free port, without files."""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from harness.paths import ROOT
from harness.ports import LOOPBACK, free_port

PROGRAM = "redis-server"
READY_WITHIN_SECONDS = 30.0


class RedisFailed(RuntimeError):
    """Redis did not start. The message contains its output."""


def is_installed() -> bool:
    """Return True if the machine has Redis."""
    return shutil.which(PROGRAM) is not None


@contextmanager
def redis_server(*, port: int | None = None) -> Iterator[str]:
    """Run Redis on the port, or on a free port, until the end of the block, and yield its URL. Raises RedisFailed."""
    port = port or free_port()
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / "log"
        options = ["--bind", LOOPBACK, "--port", str(port), "--save", "", "--appendonly", "no"]
        command = [sys.executable, "-m", "harness.servers.guard", "-", str(log), "-", directory, PROGRAM, *options]
        guard = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        try:
            _wait_until_ready(guard, port, log)
            yield f"redis://{LOOPBACK}:{port}/0"
        finally:
            guard.communicate()


def _wait_until_ready(guard: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while guard.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            if connection.recv(100) == b"+PONG\r\n":
                return
        time.sleep(0.02)
    raise RedisFailed(f"Redis did not start. Its output:\n{log.read_text(errors='replace', encoding='utf-8')}")
