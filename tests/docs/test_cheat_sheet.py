"""All commands of the cheat sheet run, in the order of the page."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from harness.databases.clones import create_empty, drop
from harness.paths import ROOT
from harness.ports import free_port
from harness.postgres.server import Server
from tests.docs.pages import DOCS

COLUMNS = {"Django": 1, "FastAPI": 2}
# With the cache of an earlier run, mypy needs half a minute less.
COPIED = ("django_impl", "fastapi_impl", "shared_contract", "harness", "tests", "pyproject.toml", ".mypy_cache")
SERVERS = ("runserver", "gunicorn", "uvicorn", "fastapi_impl run")
PORT = re.compile(r"\b800[1-3]\b")
# Far longer than needed: a test that hangs must end.
READY_WITHIN_SECONDS = 180
COMMAND_WITHIN_SECONDS = 900


def commands(column: int) -> list[str]:
    """Return the commands in a column of the tables, from top to bottom. Cells without a command are skipped."""
    rows = [
        line.strip("|").split("|")
        for line in (DOCS / "cheat-sheet.md").read_text(encoding="utf-8").splitlines()
        if line[:1] == "|"
    ]
    found = (re.fullmatch(r"`([^`]+)`", row[column].strip()) for row in rows)
    return [match[1] for match in found if match]


@pytest.mark.parametrize("line", (DOCS / "cheat-sheet.md").read_text(encoding="utf-8").splitlines())
def test_no_cell_of_the_cheat_sheet_is_empty(line: str) -> None:
    if line.startswith("|"):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(cells) == 3
        assert all(cells)


@pytest.mark.takes_minutes
@pytest.mark.parametrize("implementation", COLUMNS)
def test_every_command_of_the_cheat_sheet_runs(implementation: str, server: Server, tmp_path: Path) -> None:
    _copy_repository(tmp_path)
    with _empty_database(server, implementation.lower()) as url:
        environment = _environment(url)
        for command in commands(COLUMNS[implementation]):
            if any(name in command for name in SERVERS):
                _serve(command, tmp_path, environment)
            else:
                _run(command, tmp_path, environment)


def _copy_repository(directory: Path) -> None:
    # Some commands create migrations and format files.
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, directory / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / name).is_file():
            shutil.copy2(ROOT / name, directory / name)
    # What `make check` has cached makes mypy faster. Another command may change the cache at the same time.
    with suppress(shutil.Error, OSError):
        shutil.copytree(ROOT / ".mypy_cache", directory / ".mypy_cache")


@contextmanager
def _empty_database(server: Server, hint: str) -> Iterator[str]:
    name = f"shop_cheat_sheet_{hint}_{os.getpid()}"
    create_empty(server, name)
    try:
        yield server.url(name)
    finally:
        drop(server, name)


def _environment(url: str) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": os.environ.get("HOME", "/"),
        "ENVIRONMENT": "development",
        "DATABASE_URL": url,
        # Other tests run these tests. Here the commands only collect them.
        "PYTEST_ADDOPTS": "--collect-only --quiet",
    }


def _run(command: str, directory: Path, environment: dict[str, str]) -> None:
    result = subprocess.run(
        command,
        shell=True,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_WITHIN_SECONDS,
        encoding="utf-8",
    )
    assert result.returncode == 0, f"{command}\n{result.stdout[-2000:]}\n{result.stderr[-2000:]}"


def _serve(command: str, directory: Path, environment: dict[str, str]) -> None:
    port = free_port()
    log = directory / "server.log"
    with log.open("wb") as output:
        running = subprocess.Popen(
            f"exec {PORT.sub(str(port), command)}",
            shell=True,
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + READY_WITHIN_SECONDS
            while not _is_ready(port):
                assert running.poll() is None, f"{command}\n{log.read_text(encoding='utf-8')}"
                assert time.monotonic() < deadline, f"{command}\n{log.read_text(encoding='utf-8')}"
                time.sleep(0.1)
        finally:
            _stop(running)


def _is_ready(port: int) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as response:
        return bool(response.status == 200)
    return False


def _stop(running: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        running.wait(timeout=60)
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
