"""Run a tutorial app in a process until it is no longer needed."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from harness.paths import ROOT
from harness.ports import LOOPBACK, free_port
from harness.processes.records import run_dir
from harness.servers.command_lines import Budget, environment_for

Tutorial = Literal["drf", "fastapi"]
TUTORIALS: tuple[Tutorial, ...] = ("drf", "fastapi")
READY_WITHIN_SECONDS = 60.0


class TutorialFailed(RuntimeError):
    """A tutorial app did not start. The message contains the end of its log."""


@contextmanager
def serve_tutorial(name: Tutorial, database_url: str) -> Iterator[int]:
    """Run a tutorial app on a free port, wait until it is ready, and yield the port.

    Raises TutorialFailed. At the end all processes of the app are stopped.
    """
    port = free_port()
    log = run_dir() / f"tutorial-{name}-{port}.log"
    log.write_bytes(b"")
    command = [sys.executable, "-m", "harness.servers.guard", "-", str(log), *_command(name, port)]
    variables = environment_for(database_url, Budget())
    guard = subprocess.Popen(
        command, cwd=ROOT, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        _wait_until_ready(guard, port, log)
        yield port
    finally:
        # The guard stops the process group when its standard input is closed.
        guard.communicate()
        log.unlink(missing_ok=True)


def _command(name: Tutorial, port: int) -> list[str]:
    if name == "drf":
        application, workers = (
            "tests.parity.tutorial.drf.wsgi:application",
            ["--worker-class", "gthread", "--threads", "4"],
        )
        options = [
            "--bind",
            f"{LOOPBACK}:{port}",
            "--keep-alive",
            "75",
            "--graceful-timeout",
            "2",
            "--no-control-socket",
        ]
        return [sys.executable, "-m", "gunicorn", application, *workers, *options, "--log-level", "warning"]
    options = [
        "--host",
        LOOPBACK,
        "--port",
        str(port),
        "--timeout-keep-alive",
        "75",
        "--timeout-graceful-shutdown",
        "2",
    ]
    application = "tests.parity.tutorial.fastapi_app.app:app"
    return [sys.executable, "-m", "uvicorn", application, *options, "--log-level", "warning", "--no-access-log"]


def _wait_until_ready(guard: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while guard.poll() is None and time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
            connection.request("GET", "/readyz", headers={"Connection": "close"})
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise TutorialFailed(log.read_text(errors="replace", encoding="utf-8")[-3000:])
