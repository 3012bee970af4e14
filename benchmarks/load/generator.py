"""The process of the load generator: Locust as a library. It reads commands and writes results, both as lines of JSON.

`python -m benchmarks.load.generator PLAN CPUS`: CPUS is a comma-separated list, or `-` for no pinning. It exits
when its standard input closes.
"""

# Imported first, because Locust patches the standard library.
from benchmarks.load.closed_load import measure_closed  # isort: skip
from benchmarks.load.open_load import measure_open  # isort: skip

import gc
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gevent
from gevent.fileobject import FileObjectThread
from gevent.queue import Queue

from benchmarks.cells import Load, MeasureCommand
from benchmarks.scenarios.exchanges import Plan


def main(plan_path: str, cpus: str) -> None:
    """Execute commands until standard input closes."""
    if cpus != "-":
        os.sched_setaffinity(0, {int(cpu) for cpu in cpus.split(",")})
    plan = Plan.load(Path(plan_path))
    gc.freeze()
    lines: Queue[bytes] = Queue()
    gevent.spawn(_read, lines)
    print(json.dumps({"ready": True}), flush=True)
    while True:
        commands = [MeasureCommand(**{**each, "load": Load(**each["load"])}) for each in json.loads(lines.get())]
        print(json.dumps(measure(plan, commands)), flush=True)


def measure(plan: Plan, commands: Sequence[MeasureCommand]) -> list[dict[str, Any]]:
    """Load the server of each command for its warm-up and duration. Return the fields of a cell for each command."""
    if any(command.load.is_open for command in commands):
        return [measure_open(plan, command) for command in commands]
    return measure_closed(plan, commands)


def _read(lines: "Queue[bytes]") -> None:
    # Reading a pipe blocks all greenlets, so a thread reads it. At its end the runner is gone: exit at once.
    for line in FileObjectThread(sys.stdin.fileno(), "rb"):
        lines.put(line)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
