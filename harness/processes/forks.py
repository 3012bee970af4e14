"""Starts Python commands as forks of a process that has imported the large libraries: see `preloaded`."""

import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from subprocess import TimeoutExpired
from typing import IO

from harness.paths import ROOT

# Libraries of both implementations that can be imported without settings.
MODULES = (
    *("django.core.management", "django.core.handlers.wsgi", "django.core.handlers.asgi", "django.db.models"),
    *("django.db.backends.postgresql.base", "django.contrib.postgres.search", "django.template", "django.forms"),
    *("django.core.serializers.json", "django.test.signals", "django.views.generic", "django.contrib.auth.hashers"),
    *("environs", "whitenoise", "requests", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "psycopg2"),
    *("fastapi", "fastapi.middleware.cors", "fastapi.staticfiles", "fastapi.templating", "uvicorn.main", "uvloop"),
    *("uvicorn.protocols.http.httptools_impl", "uvicorn.loops.uvloop", "sqlalchemy.ext.asyncio", "sqlalchemy.orm"),
    *("sqlalchemy.dialects.postgresql.asyncpg", "asyncpg", "pydantic_settings", "starlette_admin.contrib.sqla"),
    *("alembic.config", "alembic.command", "alembic.context", "limits.aio", "redis.asyncio", "typer"),
    *("PIL.Image", "PIL.ImageOps", "PIL.JpegImagePlugin", "PIL.PngImagePlugin", "PIL.WebPImagePlugin"),
    *("argon2", "jwt", "yaml", "jinja2", "python_multipart", "structlog"),
)

# The socket of the process that forks for `run` and for servers. Without one, each command starts an interpreter.
preloaded_socket: Path | None = None

# Variables that the interpreter reads at its start. A command with other values of them needs a new interpreter.
_OF_INTERPRETER = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_")
# The length of a request, before its body.
HEAD_BYTES = 8


def can_fork(words: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Return whether a command line is `python SCRIPT ...` or `python -m MODULE ...` and needs no new interpreter."""
    if words[0] != sys.executable or (words[1].startswith("-") and words[1] != "-m"):
        return False
    own, others = (
        {name: value for name, value in variables.items() if name.startswith(_OF_INTERPRETER)}
        for variables in (os.environ, environment)
    )
    return own == others


class ForkedProcess:
    """A command that a preloaded process has started. Has the methods of `Popen` that the harness uses.

    Several threads may wait for it.
    """

    def __init__(self, connection: socket.socket) -> None:
        """`connection` has delivered the request. Raises OSError if the preloaded process has ended."""
        self._connection, self._lock = connection, threading.Lock()
        self._answers = connection.makefile("r", encoding="ascii")
        line = self._answers.readline()
        if not line:
            raise ConnectionAbortedError("the process that forks for the tests has ended")
        self.pid = int(line)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit status if the process has ended."""
        with suppress(TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit status, negative for a signal. Raises TimeoutExpired."""
        with selectors.DefaultSelector() as selector:
            # The connection is not closed here: another thread may wait for it too.
            selector.register(self._connection, selectors.EVENT_READ)
            if self.returncode is None and not selector.select(timeout):
                raise TimeoutExpired("python", timeout or 0.0)
        with self._lock:
            if self.returncode is None:
                # Without an answer the preloaded process has ended, and the status is unknown.
                self.returncode = int(self._answers.readline() or -signal.SIGKILL)
        return self.returncode

    def terminate(self) -> None:
        """Send SIGTERM unless the process has ended."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """Send SIGKILL unless the process has ended."""
        self._send(signal.SIGKILL)

    def close(self) -> None:
        """Close the connection to the preloaded process. No thread may wait for the process any more."""
        self._answers.close()
        self._connection.close()

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def fork(
    path: Path,
    words: Sequence[str],
    *,
    directory: str,
    environment: Mapping[str, str],
    files: Sequence[int],
    new_session: bool = False,
) -> ForkedProcess:
    """Run a command line for which `can_fork` is true, in the preloaded process that listens at `path`.

    `files` are the descriptors of its standard input, output and error. Raises OSError.
    """
    request = {
        "words": [*words[1:]],
        "directory": directory,
        "environment": dict(environment),
        "new_session": new_session,
    }
    body = json.dumps(request).encode()
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(path))
        socket.send_fds(connection, [len(body).to_bytes(HEAD_BYTES)], [*files])
        connection.sendall(body)
        return ForkedProcess(connection)
    except BaseException:
        connection.close()
        raise


def run(
    words: Sequence[str],
    directory: Path,
    environment: Mapping[str, str],
    *,
    stdin: str = "",
    timeout: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a Python command to its end, with this standard input, and return its exit status and output.

    If there is a preloaded process, it forks for the command. Raises TimeoutExpired after so many seconds.
    """
    with ExitStack() as stack:
        source, output, errors = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(3))
        source.write(stdin.encode())
        source.seek(0)
        process: subprocess.Popen[bytes] | ForkedProcess
        if preloaded_socket and can_fork(words, environment):
            files = [each.fileno() for each in (source, output, errors)]
            process = fork(preloaded_socket, words, directory=str(directory), environment=environment, files=files)
        else:
            process = subprocess.Popen(
                words, cwd=directory, env=environment, stdin=source, stdout=output, stderr=errors
            )
        try:
            status = process.wait(timeout)
        finally:
            # Does nothing if the process has ended.
            process.kill()
            process.wait()
            if isinstance(process, ForkedProcess):
                process.close()
        return subprocess.CompletedProcess(words, status, _text(output), _text(errors))


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


@contextmanager
def preloaded(modules: Sequence[str] = MODULES) -> Iterator[Path]:
    """Start the process that imports the modules, and yield the path of its socket. It ends at the end of the block."""
    with tempfile.TemporaryDirectory(prefix="preloaded-") as directory:
        path = Path(directory) / "socket"
        command = [sys.executable, "-m", "harness.processes.preloaded", str(path), *modules]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True) as process:
            while not path.exists() and process.poll() is None:
                time.sleep(0.01)
            yield path
            process.communicate()
