"""The cause of an error is found: PostgreSQL has stopped or crashed, or its disk is full."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg2
import pytest

from benchmarks.environment.disks import FULL, Disk, DiskFull
from benchmarks.environment.outages import DatabaseFailed, Dependencies
from harness.postgres.cluster import Cluster
from harness.postgres.server import Server

ENOSPC = os.strerror(errno.ENOSPC)
REFUSED = psycopg2.OperationalError("server closed the connection unexpectedly")


class RunningServer(Server):
    """An embedded server whose main process is this one."""

    def process(self) -> psutil.Process:
        return psutil.Process()


class Machine:
    """An embedded server with a log, and a disk with free space."""

    def __init__(self, directory: Path, *, is_running: bool) -> None:
        cluster = Cluster(directory)
        cluster.directory.mkdir()
        self.log = cluster.log
        self.write("the log of an earlier run: PANIC: " + ENOSPC)
        server = (RunningServer if is_running else Server)("postgresql://shop@127.0.0.1:1/postgres", cluster)
        disks = [Disk("the data", directory, "DATA_DIR")]
        self.dependencies = Dependencies(server, disks, lambda: "main: round 2/5: login")

    def write(self, line: str) -> None:
        with self.log.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")

    def explanation(self, error: Exception) -> str:
        """Return the message of the error that replaces `error`."""
        with pytest.raises((DiskFull, DatabaseFailed)) as caught, self.dependencies.explained():
            raise error
        return str(caught.value)


@pytest.fixture
def running(tmp_path: Path) -> Machine:
    return Machine(tmp_path, is_running=True)


@pytest.fixture
def stopped(tmp_path: Path) -> Machine:
    return Machine(tmp_path, is_running=False)


def test_an_error_after_postgresql_has_stopped_names_the_scenario_and_the_end_of_its_log(stopped: Machine) -> None:
    for number in range(40):
        stopped.write(f"line {number}")
    explanation = stopped.explanation(REFUSED)
    assert explanation.startswith("PostgreSQL stopped during main: round 2/5: login. The end of its log:\n")
    assert explanation.endswith("line 38\nline 39")
    assert "line 20" not in explanation
    assert "server closed the connection" not in explanation


def test_a_killed_server_that_logged_nothing_is_named_as_such(stopped: Machine) -> None:
    assert "Its log says nothing: it was killed" in stopped.explanation(ConnectionRefusedError())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("server process (PID 7) was terminated by signal 9: Killed", "A process of PostgreSQL crashed during main"),
        ("PANIC:  corrupted page", "A process of PostgreSQL crashed during main"),
        ("received fast shutdown request", "PostgreSQL stopped during main"),
        (f"ERROR:  could not extend file: {ENOSPC}", "The disk for the data is full"),
        (f"PANIC:  could not write to file: {ENOSPC}", "The disk for the data is full"),
    ],
)
def test_the_log_names_the_cause(running: Machine, line: str, expected: str) -> None:
    running.write(line)
    explanation = running.explanation(REFUSED)
    assert explanation.startswith(expected)


def test_a_disk_with_too_little_space_is_the_cause(running: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Disk, "free", FULL - 1)
    assert "The disk for the data is full: 16 MiB are free" in running.explanation(REFUSED)


def test_an_error_of_the_clean_up_does_not_hide_the_cause(running: Machine) -> None:
    cause = DatabaseFailed("PostgreSQL stopped during login")

    def clean_up() -> None:
        try:
            raise cause
        finally:
            raise REFUSED

    with pytest.raises(DatabaseFailed) as caught, running.dependencies.explained():
        clean_up()
    assert caught.value is cause


def test_an_error_of_a_running_postgresql_is_introduced_with_the_step(running: Machine) -> None:
    explanation = running.explanation(psycopg2.OperationalError("FATAL:  sorry, too many clients already\n"))
    assert explanation == (
        "PostgreSQL reported an error during main: round 2/5: login: FATAL:  sorry, too many clients already"
    )


@pytest.mark.parametrize("error", [ValueError("no"), KeyError("x"), ConnectionResetError("reset by peer")])
def test_an_error_with_another_cause_is_not_replaced(running: Machine, error: Exception) -> None:
    with pytest.raises(type(error)) as caught, running.dependencies.explained():
        raise error
    assert caught.value is error
    running.dependencies.check()


def test_a_server_of_database_url_that_refuses_connections_has_stopped(tmp_path: Path) -> None:
    server = Server("postgresql://shop:secret@127.0.0.1:1/postgres")
    dependencies = Dependencies(server, [Disk("the data", tmp_path, "DATA_DIR")], lambda: "login")
    with pytest.raises(DatabaseFailed) as caught:
        dependencies.check()
    assert str(caught.value) == "PostgreSQL stopped during login. It is the server of DATABASE_URL: its log says why."


def test_a_running_server_and_a_disk_with_space_are_no_cause(server: Server, tmp_path: Path) -> None:
    checks: list[Callable[[], None]] = [
        Dependencies(each, [Disk("the data", tmp_path, "DATA_DIR")], lambda: "login").check
        for each in (server, Server(server.base_url))
    ]
    for check in checks:
        check()
