"""`live_records` returns the records of running processes alone, even after the clock was set."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import psutil
import pytest

from harness.processes.identity import age, identity
from harness.processes.records import Record, live_records, process_record


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs until the test ends it."""
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def pids(data_dir: Path) -> list[int]:
    """Return the process ids of the live records."""
    return [record.pid for record in live_records(data_dir)]


def write(data_dir: Path, pid: int, content: object) -> Path:
    """Write a record with this text or this JSON, and return its path."""
    path = data_dir / "run" / f"{pid}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("seconds", [-3600, -2, 2, 3600])
def test_running_process_is_found_after_the_clock_was_set(
    tmp_path: Path, sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    create_time, now = psutil.Process.create_time, time.time
    with process_record("make up", sleeper.pid, tmp_path):
        # A new time changes the boot time, from which psutil computes the start of a process.
        monkeypatch.setattr(psutil.Process, "create_time", lambda process: create_time(process) + seconds)
        monkeypatch.setattr("psutil._pslinux.boot_time", lambda: now() + seconds)
        monkeypatch.setattr(time, "time", lambda: now() + seconds)
        assert pids(tmp_path) == [sleeper.pid]
        assert [record.is_owned() for record in live_records(tmp_path)] == [True]


def test_ended_process_is_not_listed(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    with process_record("django", sleeper.pid, tmp_path):
        path = tmp_path / "run" / f"{sleeper.pid}.json"
        sleeper.kill()
        os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)  # a zombie now
        assert pids(tmp_path) == []
        sleeper.wait()
        assert pids(tmp_path) == []
        assert not path.exists()


def test_later_process_with_the_same_id_is_not_listed(tmp_path: Path) -> None:
    record = Record("django", os.getpid(), "an earlier process", 1, "an earlier process")
    path = write(tmp_path, os.getpid(), asdict(record))
    assert pids(tmp_path) == []
    assert not path.exists()


@pytest.mark.parametrize("content", ["", '{"what": "make up", "pid": 1, "started": 1.5}', "[]"])
def test_unreadable_record_is_kept_while_a_process_has_its_id(tmp_path: Path, content: str) -> None:
    path = write(tmp_path, os.getpid(), content)
    ended = write(tmp_path, 2**22 + 1, content)
    assert pids(tmp_path) == []
    assert path.exists()
    assert not ended.exists()


def test_record_of_a_hidden_process_is_kept(
    tmp_path: Path, sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with process_record("make up", sleeper.pid, tmp_path):
        monkeypatch.setattr("harness.processes.records.identity", lambda _pid: None)
        assert pids(tmp_path) == []
        monkeypatch.undo()
        assert pids(tmp_path) == [sleeper.pid]


def test_identity_of_a_process_is_constant_and_unique(sleeper: subprocess.Popen[bytes]) -> None:
    assert identity(sleeper.pid) == identity(sleeper.pid)
    assert len({identity(sleeper.pid), identity(os.getpid()), None}) == 3


@pytest.mark.skipif(not shutil.which("ps"), reason="needs ps, as macOS has it")
def test_identity_comes_from_ps_without_proc(sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.processes.identity._HAS_PROC", False)
    assert identity(sleeper.pid)
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert identity(sleeper.pid) is None
    sleeper.wait()
    assert identity(sleeper.pid) is None


def test_age_does_not_depend_on_the_system_time(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 3600)
    first = age(psutil.Process(sleeper.pid))
    assert -0.02 < first < 600
    assert age(psutil.Process(sleeper.pid)) >= first
