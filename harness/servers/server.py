"""Start an implementation in a new process, wait until it is ready, and stop it and its children."""

import http.client
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import psutil

from harness.paths import ROOT
from harness.ports import LOOPBACK, free_port, require_free
from harness.processes import forks, usage
from harness.processes.identity import age
from harness.processes.records import process_record, run_dir
from harness.servers import guarded
from harness.servers.added import READY_PATH, AddedServer
from harness.servers.command_lines import Budget, environment_for, server_command
from harness.servers.guarded import RunningProgram, ServerFailed
from harness.servers.names import Implementation, Layer, Served

__all__ = ["Budget", "Implementation", "Layer", "RunningServer", "Served", "ServerFailed", "run_tool", "serve"]

READY_WITHIN_SECONDS = 60.0


@dataclass(frozen=True)
class RunningServer(RunningProgram):
    """A server that is ready. `ready_after`: seconds from the start of its process to the first 200 of `ready_path`."""

    port: int
    ready_after: float = 0.0
    ready_path: str = READY_PATH

    @property
    def url(self) -> str:
        """URL of the server, without a path."""
        return f"http://{LOOPBACK}:{self.port}"

    def cpu_seconds(self) -> float:
        """Return the CPU seconds of all its processes, ended workers included."""
        return usage.cpu_seconds(self.process)

    def peak_rss_bytes(self) -> int:
        """Return the sum of the peak resident sizes of its processes. Shared pages count once for each process."""
        return usage.peak_rss_bytes(self.process)

    def workers(self) -> list[psutil.Process]:
        """Return the processes that handle requests, without a master process that only supervises them."""
        return usage.worker_processes(self.process)


@contextmanager
def serve(
    implementation: Served | AddedServer,
    database_url: str,
    *,
    budget: Budget | None = None,
    port: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[RunningServer]:
    """Run an implementation, a layer or an added server on the port, or on a free port, until the end of the block.

    Without MEDIA_DIR in `environment`, its uploaded images are deleted at the end. Raises ServerFailed, PortTaken.
    """
    budget = budget or Budget()
    if port is not None:
        require_free(port)
    served = None if isinstance(implementation, AddedServer) else implementation
    with tempfile.TemporaryDirectory(prefix="media-") as media_dir:
        extra = {"MEDIA_DIR": media_dir, **(environment or {})}
        running = _start(implementation, budget, environment_for(database_url, budget, extra, served=served), port)
        try:
            with process_record(running.name, running.process.pid):
                yield running
        finally:
            running.stop()


def run_tool(
    command: Sequence[str], *, database_url: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command of an implementation, such as `["django_impl/manage.py", "migrate"]` or `["-m", "alembic", ...]`.

    `command` contains the arguments of Python. The result has the exit status and the output.
    """
    return forks.run([sys.executable, *command], ROOT, environment_for(database_url, Budget(), environment))


def _start(
    implementation: Served | AddedServer, budget: Budget, variables: Mapping[str, str], port: int | None
) -> RunningServer:
    attempts = 1 if port else 3
    while True:
        attempts -= 1
        running = _launch(implementation, budget, variables, port or free_port())
        try:
            _wait_until_ready(running)
        except BaseException as error:
            running.stop()
            # Another program may have bound the port after `free_port` returned it.
            if attempts and isinstance(error, ServerFailed) and " in use" in str(error):
                continue
            raise
        return replace(running, ready_after=age(running.process))


def _launch(
    implementation: Served | AddedServer, budget: Budget, variables: Mapping[str, str], port: int
) -> RunningServer:
    if isinstance(implementation, AddedServer):
        name, ready, directory = implementation.name, implementation.ready, implementation.directory
        words = implementation.command_line(budget, port)
        variables = {**variables, **implementation.variables(budget, port)}
    else:
        name, ready, directory = implementation, READY_PATH, str(ROOT)
        words = server_command(implementation, budget, port)
    cpus = ",".join(map(str, sorted(budget.cpus))) if budget.cpus and hasattr(psutil.Process, "cpu_affinity") else "-"
    log = run_dir() / f"{name}-{port}.log"
    program = guarded.start(name, words, log, variables, directory=directory, cpus=cpus)
    return RunningServer(name, program.process, log, program.guard, port, ready_path=ready)


def _wait_until_ready(running: RunningServer) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    status = "no response"
    while time.monotonic() < deadline:
        if not running.is_running():
            raise ServerFailed(f"{running.name} stopped while starting. Its last lines:\n{running.log_tail()}")
        with suppress(OSError, http.client.HTTPException):
            status = str(_status(running.port, running.ready_path))
            if status == "200" and _listens(running):
                return
        time.sleep(0.02)
    raise ServerFailed(
        f"{running.name} was not ready within {READY_WITHIN_SECONDS:.0f} s ({running.ready_path}: {status}). "
        f"Its last lines:\n{running.log_tail()}"
    )


def _listens(running: RunningServer) -> bool:
    # The response may come from another server that bound the port first. Granian's workers listen themselves.
    return any(
        connection.status == psutil.CONN_LISTEN and connection.laddr.port == running.port
        for process in running.processes()
        for connection in process.net_connections("tcp")
    )


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        return connection.getresponse().status
    finally:
        connection.close()
