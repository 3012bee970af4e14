import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from harness.commands.down import end_all
from harness.ports import PortTaken, free_port
from harness.servers.command_lines import Budget, Implementation, environment_for, server_command
from harness.servers.server import RunningServer, ServerFailed, serve
from tests.harness.processes import SERVE_STUB, eventually, running

NOWHERE = "postgresql://nowhere/none"


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningServer]:
    """A small server in the place of an implementation."""
    answer_with(monkeypatch, "-m", "tests.harness.stub_server")
    with serve("django", NOWHERE) as implementation:
        yield implementation


def answer_with(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    def command(_implementation: Implementation, _budget: Budget, port: int) -> list[str]:
        return [sys.executable, *words, str(port)]

    monkeypatch.setattr("harness.servers.server.server_command", command)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_a_server_is_measured_with_all_it_started(stub: RunningServer) -> None:
    assert len(stub.processes()) == 2
    assert eventually(lambda: httpx.get(stub.url, timeout=60, trust_env=False).is_success and stub.cpu_seconds() > 0)
    assert stub.peak_rss_bytes() > 5_000_000
    assert stub.log_tail() == "a line of the log"


def test_a_server_leaves_no_process_and_no_file(monkeypatch: pytest.MonkeyPatch, data_dir: Path) -> None:
    answer_with(monkeypatch, "-m", "tests.harness.stub_server")
    with serve("django", NOWHERE) as implementation:
        pids = [process.pid for process in implementation.processes()]
    assert all(map(is_gone, pids))
    assert not list((data_dir / "run").iterdir())


def test_a_server_is_found_where_python_looks_in_no_working_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    answer_with(monkeypatch, "-m", "tests.harness.stub_server")
    with serve("django", NOWHERE) as implementation:
        assert implementation.is_running()


def test_a_killed_command_takes_its_server_along() -> None:
    with running(SERVE_STUB) as (command, line):
        pids = [process.pid for process in psutil.Process(int(line)).children()] + [int(line)]
        command.kill()
        command.wait()
        assert eventually(lambda: all(map(is_gone, pids)))


def test_down_ends_a_server_whose_command_and_guard_were_killed(data_dir: Path) -> None:
    with running(SERVE_STUB) as (command, line):
        leader = psutil.Process(int(line))
        pids = [process.pid for process in leader.children()] + [leader.pid]
        guard = leader.parent()
        assert guard is not None
        guard.kill()
        command.kill()
        command.wait()
    assert f"Ended django (process {leader.pid}), which a killed command left behind." in list(end_all(data_dir))
    assert eventually(lambda: all(map(is_gone, pids)))


def test_down_leaves_the_servers_of_other_commands_alone(stub: RunningServer, data_dir: Path) -> None:
    assert any(line.startswith(f"Left alone: django (process {stub.process.pid})") for line in end_all(data_dir))
    assert stub.is_running()


def test_a_server_that_fails_to_start_shows_its_last_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, "-c", "import sys; sys.exit('no such setting')")
    with pytest.raises(
        ServerFailed, match=r"django (stopped while starting|could not be started)\.[\s\S]*no such setting"
    ):
        serve("django", NOWHERE).__enter__()


def test_a_server_that_is_never_ready_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, "-c", "import time; time.sleep(600)")
    monkeypatch.setattr("harness.servers.server.READY_WITHIN_SECONDS", 0.3)
    before = set(psutil.Process().children())  # other tests of this process may have servers running
    with pytest.raises(ServerFailed, match="was not ready"):
        serve("django", NOWHERE).__enter__()
    assert not [process for process in {*psutil.Process().children()} - before if not is_gone(process.pid)]


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=f"Port {port} on 127.0.0.1"):
            serve("fastapi", NOWHERE, port=port).__enter__()


def test_a_server_keeps_to_its_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    answer_with(monkeypatch, "-m", "tests.harness.stub_server")
    cpu = min(os.sched_getaffinity(0))
    with serve("django", NOWHERE, budget=Budget(cpus=frozenset({cpu}))) as implementation:
        assert [process.cpu_affinity() for process in implementation.processes()] == [[cpu], [cpu]]


@pytest.mark.parametrize("implementation", ["django", "django-asgi", "fastapi"])
def test_the_budget_is_in_the_command_line(implementation: Implementation) -> None:
    port = free_port()
    words = " ".join(server_command(implementation, Budget(workers=3, threads=7), port))
    assert "--workers 3" in words
    assert str(port) in words
    assert ("--threads 7" in words) == (implementation == "django")


def test_the_environment_of_an_implementation_is_production_whatever_the_shell_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("GUNICORN_CMD_ARGS", "--workers 9")
    variables = environment_for(NOWHERE, Budget(pool=6))
    assert variables["ENVIRONMENT"] == "production"
    assert variables["DATABASE_POOL_SIZE"] == "6"
    assert "GUNICORN_CMD_ARGS" not in variables


def test_a_server_told_to_stop_by_signal_is_noticed(stub: RunningServer) -> None:
    stub.process.send_signal(signal.SIGTERM)
    assert eventually(lambda: not stub.is_running())
