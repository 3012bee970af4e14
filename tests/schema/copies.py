"""A copy of both implementations in a directory of its own, for tests that add migrations to them."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree, ignore_patterns

from harness.paths import ROOT
from harness.servers.command_lines import Budget, environment_for

COPIED = ("django_impl", "fastapi_impl", "shared_contract")


def copy_to(place: Path) -> Path:
    """Copy both implementations and the contract into the directory, and return it."""
    for name in COPIED:
        copytree(ROOT / name, place / name, ignore=ignore_patterns("__pycache__"))
    return place


def attempt(copy: Path, url: str, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command (`["django_impl/manage.py", "migrate"]`) in the copy, on the database."""
    words = [sys.executable, *command]
    # Development settings: the tools need no secret, and none of them serves.
    environment = environment_for(url, Budget(), {"ENVIRONMENT": "development", "PYTHONDONTWRITEBYTECODE": "1"})
    environment.pop("PYTHONPATH", None)
    return subprocess.run(
        words,
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        encoding="utf-8",
    )


def run(copy: Path, url: str, command: Sequence[str]) -> str:
    """Run a command in the copy, on the database; what it printed. Fails the test unless it succeeds."""
    done = attempt(copy, url, command)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout
