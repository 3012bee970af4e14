"""Starts the servers and commands of the tests as forks of a process that has imported the large libraries.

Importing them takes longer than most commands. With `--no-preloading` everything starts as users start it.
"""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from harness.processes import forks

# Names the socket for the processes of pytest-xdist.
_VARIABLE = "SHOP_TESTS_PRELOADED"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option to pytest."""
    parser.addoption(
        "--no-preloading", action="store_true", help="start each server and command in a new Python interpreter"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Start the process, unless this is a process of pytest-xdist: these share that of the main process."""
    is_worker = hasattr(config, "workerinput")
    if config.option.no_preloading or sys.platform != "linux" or config.option.collectonly:
        return
    if not is_worker:
        stack = ExitStack()
        config.add_cleanup(stack.close)
        os.environ[_VARIABLE] = str(stack.enter_context(forks.preloaded()))
        stack.callback(os.environ.pop, _VARIABLE)
    if path := os.environ.get(_VARIABLE):
        forks.preloaded_socket = Path(path)
