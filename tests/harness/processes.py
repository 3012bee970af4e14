"""Run scripts that use the harness in separate processes, which the tests stop or kill."""

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
    """Run the script in a Python process. Yields the process and the first line that it printed, and kills it."""
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
    """Return True as soon as the condition is true, or False if it is not true within that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
