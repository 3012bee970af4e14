"""The load generator's process: Locust as a library. It reads orders and writes results, both as lines of JSON.

`python -m benchmarks.load.generator PLAN CPUS`: CPUS is a comma-separated list, or `-` for no pinning. It exits
when its standard input closes.
"""

# First of all imports: Locust patches the standard library.
from benchmarks.load.measurement import measure  # isort: skip

import gc
import json
import os
import sys
from pathlib import Path

import gevent
from gevent.fileobject import FileObjectThread
from gevent.queue import Queue

from benchmarks.cells import Load, Order
from benchmarks.scenarios.exchanges import Plan


def main(plan_path: str, cpus: str) -> None:
    if cpus != "-":
        os.sched_setaffinity(0, {int(cpu) for cpu in cpus.split(",")})
    plan = Plan.load(Path(plan_path))
    gc.freeze()
    orders: Queue[bytes] = Queue()
    gevent.spawn(_read, orders)
    print(json.dumps({"ready": True}), flush=True)
    while True:
        together = [Order(**{**told, "load": Load(**told["load"])}) for told in json.loads(orders.get())]
        print(json.dumps(measure(plan, together)), flush=True)


def _read(orders: "Queue[bytes]") -> None:
    # In a thread of its own: reading a pipe would stop every user. No more input: nobody wants the rest.
    for line in FileObjectThread(sys.stdin.fileno(), "rb"):
        orders.put(line)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
