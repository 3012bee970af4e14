"""The process of the load generator: Locust as a library. It reads commands and writes results, both as lines of JSON.

`python -m benchmarks.load.generator PLAN CPUS`: CPUS is a comma-separated list, or `-` for no pinning. It exits
when its standard input closes.
"""

# Imported first, because Locust patches the standard library.
from benchmarks.load.measurement import measure  # isort: skip

import gc
import json
import os
import sys
from pathlib import Path

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


def _read(lines: "Queue[bytes]") -> None:
    # Reading a pipe blocks all greenlets, so a thread reads it. At its end the runner is gone: exit at once.
    for line in FileObjectThread(sys.stdin.fileno(), "rb"):
        lines.put(line)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
