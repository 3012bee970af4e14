"""A command that is forked from a preloaded process does what it does in an interpreter of its own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from harness.processes import forks
from harness.processes.forks import ForkedProcess, can_fork, fork, preloaded
from tests.harness.processes import eventually

# The command prints how it was started. Its standard input is also its program.
PROGRAM = """
import json, os, sys
started = {
    "argv": sys.argv, "path": sys.path[0], "directory": os.getcwd(), "name": __name__,
    "variable": os.environ["VARIABLE"],
}
print(json.dumps(started))
exec(sys.stdin.read())
"""
PROGRAMS = {
    "end": "pass",
    "output": "print('one', end='', flush=False); print('two', file=sys.stderr)",
    "status": "sys.exit(3)",
    "large status": "sys.exit(256 + 7)",
    "message": "sys.exit('a message')",
    "no status": "sys.exit()",
    "atexit": "import atexit; atexit.register(print, 'at the end')",
    "thread": "import threading, time; threading.Thread(target=lambda: (time.sleep(0.2), print('a thread'))).start()",
    "child": "import subprocess; print(subprocess.run(['false']).returncode)",
    "signal": "import signal; os.kill(os.getpid(), signal.SIGTERM)",
}


@pytest.fixture(scope="module")
def socket() -> Iterator[Path]:
    """The socket of a preloaded process, which has imported a module that Python itself does not import."""
    with preloaded(["tabnanny", "no_module_of_this_name"]) as path:
        yield path


@pytest.fixture
def environment() -> Mapping[str, str]:
    """The environment of the commands."""
    return {**os.environ, "VARIABLE": "a value"}


def results(
    monkeypatch: pytest.MonkeyPatch,
    socket: Path,
    words: list[str],
    directory: Path,
    environment: Mapping[str, str],
    stdin: str = "",
) -> list[tuple[int, str, str]]:
    """Run a command in an interpreter of its own and in a fork. Return status and output of each."""
    found = []
    for path in (None, socket):
        monkeypatch.setattr(forks, "preloaded_socket", path)
        done = forks.run([sys.executable, *words], directory, environment, stdin=stdin)
        found.append((done.returncode, done.stdout, done.stderr))
    return found


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
@pytest.mark.parametrize("as_module", [False, True], ids=["script", "module"])
def test_fork_and_new_interpreter_have_equal_results(
    monkeypatch: pytest.MonkeyPatch,
    socket: Path,
    environment: Mapping[str, str],
    tmp_path: Path,
    program: str,
    as_module: bool,
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "started.py").write_text(PROGRAM, encoding="utf-8")
    words = ["-m", "folder.started", "a", "-b"] if as_module else ["folder/started.py", "a", "-b"]
    own, forked = results(monkeypatch, socket, words, tmp_path, environment, program)
    assert forked == own
    assert '"variable": "a value"' in own[1]


@pytest.mark.parametrize(
    ("program", "status", "line"),
    [
        ("raise LookupError('why')", 1, "LookupError: why"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGINT)", -signal.SIGINT, "KeyboardInterrupt"),
    ],
)
def test_exception_has_the_status_and_the_last_line_of_a_new_interpreter(
    monkeypatch: pytest.MonkeyPatch,
    socket: Path,
    environment: Mapping[str, str],
    tmp_path: Path,
    program: str,
    status: int,
    line: str,
) -> None:
    (tmp_path / "failing.py").write_text(program, encoding="utf-8")
    own, forked = results(monkeypatch, socket, ["failing.py"], tmp_path, environment)
    assert forked[:2] == own[:2] == (status, "")
    assert forked[2].splitlines()[-1] == own[2].splitlines()[-1] == line


def test_only_forks_have_the_modules(
    monkeypatch: pytest.MonkeyPatch, socket: Path, environment: Mapping[str, str], tmp_path: Path
) -> None:
    (tmp_path / "modules.py").write_text("import sys; print('tabnanny' in sys.modules)", encoding="utf-8")
    own, forked = results(monkeypatch, socket, ["modules.py"], tmp_path, environment)
    assert (own, forked) == ((0, "False\n", ""), (0, "True\n", ""))


@pytest.mark.parametrize(
    ("words", "changes", "expected"),
    [
        ([sys.executable, "-m", "alembic", "upgrade"], {}, True),
        ([sys.executable, "manage.py", "migrate"], {}, True),
        ([sys.executable, "-c", "pass"], {}, False),
        ([sys.executable, "-X", "dev", "manage.py"], {}, False),
        (["redis-server", "--port", "1"], {}, False),
        ([sys.executable, "manage.py"], {"PYTHONHASHSEED": "1"}, False),
        ([sys.executable, "manage.py"], {"LC_ALL": "tr_TR.UTF-8"}, False),
        ([sys.executable, "manage.py"], {"DATABASE_URL": "postgresql://other/other"}, True),
    ],
)
def test_commands_that_need_a_new_interpreter_are_not_forked(
    words: list[str], changes: dict[str, str], expected: bool
) -> None:
    assert can_fork(words, {**os.environ, **changes}) is expected


@contextmanager
def waiting(socket: Path, tmp_path: Path) -> Iterator[ForkedProcess]:
    """Fork a command that waits for a signal, in a session of its own. Kill it at the end."""
    script = tmp_path / "waiting.py"
    script.write_text("import signal; signal.pause()", encoding="utf-8")
    with Path(os.devnull).open("r+b") as nothing:
        files = [nothing.fileno()] * 3
        process = fork(
            socket, [sys.executable, str(script)], directory="/", environment=os.environ, files=files, new_session=True
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        process.close()


def test_process_is_terminated_and_all_threads_learn_its_status(socket: Path, tmp_path: Path) -> None:
    with waiting(socket, tmp_path) as process:
        assert process.poll() is None
        assert os.getsid(process.pid) == process.pid
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.01)
        statuses: list[int] = []
        threads = [threading.Thread(target=lambda: statuses.append(process.wait(30))) for _ in range(2)]
        for thread in threads:
            thread.start()
        process.terminate()
        for thread in threads:
            thread.join()
        assert statuses == [-signal.SIGTERM] * 2
        assert process.poll() == -signal.SIGTERM
        process.terminate()


def test_command_that_takes_too_long_is_killed(
    monkeypatch: pytest.MonkeyPatch, socket: Path, environment: Mapping[str, str], tmp_path: Path
) -> None:
    program = "import os, pathlib, time; pathlib.Path('id').write_text(str(os.getpid())); time.sleep(600)"
    (tmp_path / "slow.py").write_text(program, encoding="utf-8")
    monkeypatch.setattr(forks, "preloaded_socket", socket)
    wait = ForkedProcess.wait

    def wait_too_briefly(process: ForkedProcess, timeout: float | None = None) -> int:
        if timeout is None:
            return wait(process)
        assert eventually(lambda: (tmp_path / "id").exists() and (tmp_path / "id").read_text(encoding="utf-8") != "")
        raise subprocess.TimeoutExpired("slow.py", timeout)

    monkeypatch.setattr(ForkedProcess, "wait", wait_too_briefly)
    with pytest.raises(subprocess.TimeoutExpired):
        forks.run([sys.executable, "slow.py"], tmp_path, environment, timeout=5)
    assert not psutil.pid_exists(int((tmp_path / "id").read_text(encoding="utf-8")))


def test_preloaded_process_ends_with_its_block_and_refuses_commands_then(tmp_path: Path) -> None:
    with preloaded([]) as path, waiting(path, tmp_path) as process:
        (parent,) = psutil.Process(process.pid).parents()[:1]
    assert eventually(lambda: not parent.is_running())
    with pytest.raises(OSError, match="No such file"), waiting(path, tmp_path):
        pytest.fail("a command was started")
