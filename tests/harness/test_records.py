"""What runs is found again, whatever the clock says, and what is gone is not believed to run."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from harness.processes.identity import age, identity
from harness.processes.records import living, recorded


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that runs until the test ends it."""
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def pids(data_dir: Path) -> list[int]:
    return [record.pid for record in living(data_dir)]


def write(data_dir: Path, pid: int, content: object) -> Path:
    path = data_dir / "run" / f"{pid}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("seconds", [-3600, -2, 2, 3600])
def test_what_runs_is_found_after_the_clock_was_set(
    tmp_path: Path, sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    create_time, now = psutil.Process.create_time, time.time
    with recorded("make up", sleeper.pid, tmp_path):
        # As it looks afterwards: the kernel's boot time moves, and with it every start by the time of day.
        monkeypatch.setattr(psutil.Process, "create_time", lambda process: create_time(process) + seconds)
        monkeypatch.setattr("psutil._pslinux.boot_time", lambda: now() + seconds)
        monkeypatch.setattr(time, "time", lambda: now() + seconds)
        assert pids(tmp_path) == [sleeper.pid]
        assert [record.is_owned() for record in living(tmp_path)] == [True]


def test_a_process_that_ended_is_not_believed_to_run(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    with recorded("django", sleeper.pid, tmp_path):
        path = tmp_path / "run" / f"{sleeper.pid}.json"
        sleeper.kill()
        os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)  # dead, and not yet collected
        assert pids(tmp_path) == []
        sleeper.wait()
        assert pids(tmp_path) == []
        assert not path.exists()


def test_a_later_process_of_the_same_number_is_not_taken_for_it(tmp_path: Path) -> None:
    mine = {"what": "django", "pid": os.getpid(), "process": "of before", "owner_pid": 1, "owner": "of before"}
    path = write(tmp_path, os.getpid(), mine)
    assert pids(tmp_path) == []
    assert not path.exists()


@pytest.mark.parametrize("content", ["", '{"what": "make up", "pid": 1, "started": 1.5}', "[]"])
def test_what_cannot_be_read_is_kept_while_its_process_may_run(tmp_path: Path, content: str) -> None:
    path = write(tmp_path, os.getpid(), content)
    gone = write(tmp_path, 2**22 + 1, content)
    assert pids(tmp_path) == []
    assert path.exists()
    assert not gone.exists()


def test_a_record_of_a_process_that_is_hidden_from_us_is_kept(
    tmp_path: Path, sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with recorded("make up", sleeper.pid, tmp_path):
        monkeypatch.setattr("harness.processes.records.identity", lambda _pid: None)
        assert pids(tmp_path) == []
        monkeypatch.undo()
        assert pids(tmp_path) == [sleeper.pid]


def test_a_process_has_one_identity_and_no_other_has_it(sleeper: subprocess.Popen[bytes]) -> None:
    assert identity(sleeper.pid) == identity(sleeper.pid)
    assert len({identity(sleeper.pid), identity(os.getpid()), None}) == 3


@pytest.mark.skipif(not shutil.which("ps"), reason="needs ps, as macOS has it")
def test_where_there_is_no_proc_the_start_that_ps_tells_is_compared(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("harness.processes.identity._HAS_PROC", False)
    assert identity(sleeper.pid)
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert identity(sleeper.pid) is None
    sleeper.wait()
    assert identity(sleeper.pid) is None


def test_the_age_of_a_process_is_measured_by_a_clock_that_is_not_set(
    sleeper: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + 3600)
    first = age(psutil.Process(sleeper.pid))
    assert -0.02 < first < 600
    assert age(psutil.Process(sleeper.pid)) >= first
