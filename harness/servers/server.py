"""Start an implementation as a process, wait until it is ready, and stop it with all it started."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from harness.paths import ROOT
from harness.ports import LOOPBACK, free_port, require_free
from harness.processes import usage
from harness.processes.identity import age
from harness.processes.records import recorded, run_dir
from harness.servers.command_lines import Budget, Implementation, Layer, Served, environment_for, server_command

__all__ = ["Budget", "Implementation", "Layer", "RunningServer", "Served", "ServerFailed", "run_tool", "serve"]

READY_WITHIN_SECONDS = 60.0


class ServerFailed(RuntimeError):
    """A server did not start, or stopped by itself; the message has its last lines."""


@dataclass(frozen=True)
class RunningServer:
    """An implementation that answers; `ready_after` is the seconds from the start of its process to its first 200."""

    name: Served
    port: int
    process: psutil.Process
    log: Path
    guard: subprocess.Popen[bytes]
    ready_after: float = 0.0

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def processes(self) -> list[psutil.Process]:
        """The server's first process and all that it started."""
        return usage.family(self.process)

    def cpu_seconds(self) -> float:
        """CPU time of all its processes so far, also of workers that ended."""
        return usage.cpu_seconds(self.process)

    def peak_rss_bytes(self) -> int:
        """Sum of its processes' highest resident sizes; what they share counts for each."""
        return usage.peak_rss_bytes(self.process)

    def log_tail(self, n: int = 20) -> str:
        """The last lines the server wrote."""
        with suppress(FileNotFoundError):
            return "\n".join(self.log.read_text(errors="replace", encoding="utf-8").splitlines()[-n:])
        return ""

    def wait_for_end(self, seconds: float) -> None:
        """Wait so long for a server that is ending; its guard notices a moment later than its clients do."""
        with suppress(subprocess.TimeoutExpired):
            self.guard.wait(seconds)

    def is_running(self) -> bool:
        """Whether it has not stopped by itself."""
        return self.guard.poll() is None


@contextmanager
def serve(
    implementation: Served,
    database_url: str,
    *,
    budget: Budget | None = None,
    port: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[RunningServer]:
    """Run an implementation or a layer on a port (a free one by default). Raises ServerFailed, PortTaken."""
    budget = budget or Budget()
    if port is not None:
        require_free(port)
    variables = environment_for(database_url, budget, environment)
    running = _started(implementation, budget, variables, port)
    try:
        with recorded(implementation, running.process.pid):
            yield running
    finally:
        _stop(running)


def run_tool(
    command: Sequence[str], *, database_url: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run an implementation's tool to its end: `["django_impl/manage.py", "migrate"]`, `["-m", "alembic", ...]`."""
    variables = environment_for(database_url, Budget(), environment)
    words = [sys.executable, *command]
    return subprocess.run(
        words,
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        encoding="utf-8",
        errors="replace",
    )


def _started(implementation: Served, budget: Budget, variables: Mapping[str, str], port: int | None) -> RunningServer:
    attempts = 1 if port else 3
    while True:
        attempts -= 1
        running = _launch(implementation, budget, variables, port or free_port())
        try:
            _wait_until_ready(running)
        except BaseException as error:
            _stop(running)
            # Between our choosing a free port and the server's taking it, another program may have been faster.
            if attempts and isinstance(error, ServerFailed) and " in use" in str(error):
                continue
            raise
        return replace(running, ready_after=age(running.process))


def _launch(implementation: Served, budget: Budget, variables: Mapping[str, str], port: int) -> RunningServer:
    log = run_dir() / f"{implementation}-{port}.log"
    log.write_bytes(b"")
    cpus = ",".join(map(str, sorted(budget.cpus))) if budget.cpus and hasattr(psutil.Process, "cpu_affinity") else "-"
    command = [
        sys.executable,
        "-m",
        "harness.servers.guard",
        cpus,
        str(log),
        *server_command(implementation, budget, port),
    ]
    guard = subprocess.Popen(
        command, cwd=ROOT, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        leader = guard.stdout.readline() if guard.stdout else b""
        process = psutil.Process(int(leader))
    except (ValueError, psutil.Error) as error:
        guard.communicate()
        raise ServerFailed(
            f"{implementation} could not be started.\n{log.read_text(errors='replace', encoding='utf-8')}"
        ) from error
    return RunningServer(implementation, port, process, log, guard)


def _wait_until_ready(running: RunningServer) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    answer = "no answer"
    while time.monotonic() < deadline:
        if not running.is_running():
            raise ServerFailed(f"{running.name} stopped while starting. Its last lines:\n{running.log_tail()}")
        with suppress(OSError, http.client.HTTPException):
            answer = str(_status_of_readyz(running.port))
            if answer == "200" and _listens(running):
                return
        time.sleep(0.02)
    raise ServerFailed(
        f"{running.name} was not ready within {READY_WITHIN_SECONDS:.0f} s (/readyz: {answer}). "
        f"Its last lines:\n{running.log_tail()}"
    )


def _listens(running: RunningServer) -> bool:
    # Another server may have taken the port first, and answer in this one's place.
    return any(
        connection.status == psutil.CONN_LISTEN and connection.laddr.port == running.port
        for connection in running.process.net_connections("tcp")
    )


def _status_of_readyz(port: int) -> int:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Connection": "close"})
        return connection.getresponse().status
    finally:
        connection.close()


def _stop(running: RunningServer) -> None:
    # The guard stops the group when its standard input closes, and ends itself.
    running.guard.communicate()
    running.log.unlink(missing_ok=True)
