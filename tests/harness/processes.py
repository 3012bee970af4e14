"""Commands that use the harness, as processes of their own, so that they can be ended in every way."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.paths import ROOT

USE_POSTGRES = """
import sys, time
from pathlib import Path
from harness.postgres.server import postgres

with postgres(Path(sys.argv[1])):
    print("ready", flush=True)
    time.sleep(600)
"""

SERVE_STUB = """
import sys, time
from harness.servers import server

server.server_command = lambda name, budget, port: [sys.executable, "-m", "tests.harness.stub_server", str(port)]
with server.serve("django", "postgresql://nowhere/none") as implementation:
    print(implementation.process.pid, flush=True)
    time.sleep(600)
"""


@contextmanager
def running(script: str, *arguments: str | Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A Python process that runs the script, and the first line it printed."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether it becomes true in that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
