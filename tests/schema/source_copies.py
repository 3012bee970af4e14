"""Copy both implementations into a directory, so that a test can add migrations to the copy."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree, ignore_patterns

from harness.paths import ROOT
from harness.processes import forks
from harness.servers.command_lines import Budget, environment_for

COPIED = ("django_impl", "fastapi_impl", "shared_contract")


def copy_to(directory: Path) -> Path:
    """Copy both implementations and the contract into a directory, and return it."""
    for name in COPIED:
        copytree(ROOT / name, directory / name, ignore=ignore_patterns("__pycache__"))
    return directory


def attempt(copy: Path, url: str, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run a command such as `["django_impl/manage.py", "migrate"]` in the copy, and return its result."""
    # The tools serve no requests, so they use the development settings, which need no secret.
    environment = environment_for(url, Budget(), {"ENVIRONMENT": "development"})
    environment.pop("PYTHONPATH", None)
    return forks.run([sys.executable, *command], copy, environment, timeout=120)


def run(copy: Path, url: str, command: Sequence[str]) -> str:
    """Run a command in the copy, and return its output. Fails the test if the command fails."""
    done = attempt(copy, url, command)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout
