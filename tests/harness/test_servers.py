"""`serve` starts a server, measures it and its children, and stops all of them in any case."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import httpx
import psutil
import pytest

from harness.commands.down import stop_all
from harness.paths import VARIANT_PACKAGES
from harness.ports import PortTaken, free_port
from harness.processes import forks, usage
from harness.processes.forks import preloaded
from harness.servers.command_lines import Budget, environment_for, server_command
from harness.servers.names import ASGI, DESCRIPTIONS, WSGI, Implementation, ReadOnlyVariant
from harness.servers.server import RunningServer, ServerFailed, serve
from tests.harness.processes import SERVE_STUB, eventually, running

UNUSED_URL = "postgresql://nowhere/none"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data directory."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """A stub server, which `serve` starts instead of an implementation."""
    use_command(monkeypatch, "-m", "tests.harness.stub_server")
    with serve("django", UNUSED_URL) as implementation:
        yield implementation


def use_command(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """Let `serve` start Python with these arguments and the port, instead of an implementation."""

    def command(_implementation: Implementation, _budget: Budget, port: int) -> list[str]:
        return [sys.executable, *words, str(port)]

    monkeypatch.setattr("harness.servers.server.server_command", command)


def has_ended(pid: int) -> bool:
    """Return True if the process has ended, even if it is still a zombie."""
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_measurements_include_child_processes(stub: RunningServer) -> None:
    assert len(stub.processes()) == 2
    assert eventually(lambda: httpx.get(stub.url, timeout=60, trust_env=False).is_success and stub.cpu_seconds() > 0)
    assert stub.peak_rss_bytes() > 5_000_000
    assert stub.log_tail() == "a line of the log"


def test_a_master_process_is_no_worker_and_the_only_process_of_a_server_is_one(stub: RunningServer) -> None:
    (worker,) = stub.workers()
    assert stub.process in worker.parents()
    assert usage.worker_processes(worker) == [worker]


def test_the_resource_tracker_of_multiprocessing_is_no_worker() -> None:
    script = (
        "import multiprocessing as m, sys; from multiprocessing import resource_tracker as t; t.ensure_running(); "
        "print('started', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == b"started\n"
        leader = psutil.Process(process.pid)
        (tracker,) = leader.children()
        # Before it executes its own program, a new process has the command line of its parent, and for a moment none.
        assert eventually(lambda: any("resource_tracker" in word for word in tracker.cmdline()))
        assert usage.worker_processes(leader) == [leader]
        process.stdin.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux reports the proportional set size")
def test_the_proportional_set_size_is_at_most_the_resident_size(stub: RunningServer) -> None:
    (worker,) = stub.workers()
    assert eventually(lambda: 1_000_000 < (usage.pss_bytes([worker]) or 0) <= worker.memory_info().rss)
    assert usage.pss_bytes([]) == 0


def test_stopped_server_leaves_no_processes_and_no_files(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    use_command(monkeypatch, "-m", "tests.harness.stub_server")
    with serve("django", UNUSED_URL) as implementation:
        pids = [process.pid for process in implementation.processes()]
    assert all(map(has_ended, pids))
    assert not list((data_dir / "run").iterdir())


def test_server_starts_with_pythonsafepath(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    use_command(monkeypatch, "-m", "tests.harness.stub_server")
    with serve("django", UNUSED_URL) as implementation:
        assert implementation.is_running()


def test_server_stops_when_its_command_is_killed() -> None:
    with running(SERVE_STUB) as (command, line):
        pids = [process.pid for process in psutil.Process(int(line)).children()] + [int(line)]
        command.kill()
        command.wait()
        assert eventually(lambda: all(map(has_ended, pids)))


def test_down_stops_a_server_whose_command_and_guard_were_killed(data_dir: Path) -> None:
    with running(SERVE_STUB) as (command, line):
        leader = psutil.Process(int(line))
        pids = [process.pid for process in leader.children()] + [leader.pid]
        guard = leader.parent()
        assert guard is not None
        guard.kill()
        command.kill()
        command.wait()
    assert f"Stopped django (process {leader.pid}), which a killed command left running." in list(stop_all(data_dir))
    assert eventually(lambda: all(map(has_ended, pids)))


def test_down_does_not_stop_servers_of_other_commands(stub: RunningServer, data_dir: Path) -> None:
    assert any(line.startswith(f"Not stopped: django (process {stub.process.pid})") for line in stop_all(data_dir))
    assert stub.is_running()


def test_failed_start_is_reported_with_the_last_lines_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    use_command(monkeypatch, "-c", "import sys; sys.exit('no such setting')")
    with pytest.raises(
        ServerFailed, match=r"django (stopped while starting|could not be started)\.[\s\S]*no such setting"
    ):
        serve("django", UNUSED_URL).__enter__()


def test_server_that_is_never_ready_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    use_command(monkeypatch, "-c", "import time; time.sleep(600)")
    monkeypatch.setattr("harness.servers.server.READY_WITHIN_SECONDS", 0.3)
    before = set(psutil.Process().children())  # other tests of this process may have servers running
    with pytest.raises(ServerFailed, match="was not ready"):
        serve("django", UNUSED_URL).__enter__()
    assert not [process for process in {*psutil.Process().children()} - before if not has_ended(process.pid)]


def test_port_in_use_is_reported() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} on 127.0.0.1"):
            serve("fastapi", UNUSED_URL, port=port).__enter__()


def test_server_runs_only_on_its_cpus(monkeypatch: pytest.MonkeyPatch) -> None:
    use_command(monkeypatch, "-m", "tests.harness.stub_server")
    cpu = min(os.sched_getaffinity(0))
    with serve("django", UNUSED_URL, budget=Budget(cpus=frozenset({cpu}))) as implementation:
        assert [process.cpu_affinity() for process in implementation.processes()] == [[cpu], [cpu]]


@pytest.mark.parametrize("implementation", ["django", "django-asgi", "fastapi"])
def test_command_line_contains_the_budget(implementation: Implementation) -> None:
    port = free_port()
    words = " ".join(server_command(implementation, Budget(workers=3, threads=7), port))
    assert "--workers 3" in words
    assert str(port) in words
    assert ("--threads 7" in words) == (implementation == "django")


def test_variants_have_the_number_of_threads_of_their_name_or_of_the_budget() -> None:
    budget = Budget(threads=7)
    assert "--threads 16" in " ".join(server_command("django-threads-16", budget, 8000))
    assert "--threads 1 " in " ".join(server_command("django-sync", budget, 8000))
    # By default Granian has dozens of threads, each with a database connection.
    assert "--blocking-threads 7" in " ".join(server_command("django-granian", budget, 8000))


def test_granian_accepts_more_idle_connections_than_it_has_threads() -> None:
    variants: tuple[Implementation, ...] = ("django-granian", "fastapi-granian")
    for variant in variants:
        assert "--backpressure 1000" in " ".join(server_command(variant, Budget(), 8000))


def test_only_variants_with_psycopg_3_have_its_packages_on_their_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    variant = environment_for(UNUSED_URL, Budget(), served="django-asgi")
    assert variant["PYTHONPATH"].split(os.pathsep) == [str(VARIANT_PACKAGES), "elsewhere"]
    assert environment_for(UNUSED_URL, Budget(), served="django")["PYTHONPATH"] == "elsewhere"


def test_each_variant_has_one_application_and_a_description() -> None:
    variants = {*get_args(Implementation), *get_args(ReadOnlyVariant)}
    assert variants == DESCRIPTIONS.keys()
    assert variants < WSGI.keys() | ASGI.keys()
    assert not WSGI.keys() & ASGI.keys()
    assert all(text.endswith(".") and len(text) <= 120 for text in DESCRIPTIONS.values())


def test_implementation_gets_production_settings_in_any_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--workers 9")
    variables = environment_for(UNUSED_URL, Budget(pool=6))
    assert variables["ENVIRONMENT"] == "production"
    assert variables["DATABASE_POOL_SIZE"] == "6"
    assert "GUNICORN_CMD_ARGS" not in variables


def test_end_of_a_server_is_detected(stub: RunningServer) -> None:
    stub.process.send_signal(signal.SIGTERM)
    assert eventually(lambda: not stub.is_running())


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system cannot pin")
@pytest.mark.parametrize(
    ("budget", "environment", "is_forked"),
    [
        (Budget(), {}, True),
        (Budget(cpus=frozenset({0})), {}, False),
        (Budget(), {"PYTHONPATH": "elsewhere"}, False),
    ],
    ids=["default", "pinned", "other packages"],
)
def test_server_is_forked_only_if_a_fork_does_the_same(
    monkeypatch: pytest.MonkeyPatch, budget: Budget, environment: dict[str, str], is_forked: bool
) -> None:
    use_command(monkeypatch, "-m", "tests.harness.stub_server")
    with preloaded([]) as socket:
        monkeypatch.setattr(forks, "preloaded_socket", socket)
        if budget.cpus:
            budget = Budget(cpus=frozenset({min(os.sched_getaffinity(0))}))
        with serve("django", UNUSED_URL, budget=budget, environment=environment) as implementation:
            assert ("harness.processes.preloaded" in implementation.process.cmdline()) is is_forked
            pid = implementation.process.pid
        assert eventually(lambda: has_ended(pid))
