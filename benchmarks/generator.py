"""The process that makes the load: Locust as a library, told on standard input what to measure, answering with JSON.

`python -m benchmarks.generator PLAN CPUS`: CPUS is a comma-separated list, or `-` for no pinning. It ends with
its input.
"""

# First of all imports: Locust patches the standard library.
from benchmarks.locustfile import ShopUser, Work  # isort: skip

import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import gevent
from gevent.fileobject import FileObjectThread
from gevent.queue import Queue
from locust.env import Environment
from locust.runners import LocalRunner

from benchmarks.cells import Order
from benchmarks.exchanges import Plan
from benchmarks.processors import busy_seconds, cpu_seconds, family_cpu_seconds
from benchmarks.recorder import Recorder

# A request that the server never answers is an error after this many seconds.
STOP_TIMEOUT = 60.0


def main(plan_path: str, cpus: str) -> None:
    if cpus != "-":
        os.sched_setaffinity(0, {int(cpu) for cpu in cpus.split(",")})
    plan = Plan.load(Path(plan_path))
    gc.freeze()
    orders: Queue[bytes] = Queue()
    gevent.spawn(_read, orders)
    print(json.dumps({"ready": True}), flush=True)
    while True:
        order = Order(**json.loads(orders.get()))
        print(json.dumps(measure(plan, order)), flush=True)


def measure(plan: Plan, order: Order) -> dict[str, Any]:
    """Load the server for a scenario's warm-up and window. CPU times are of the window, in seconds."""
    works = [Work(exchange, order.tokens) for exchange in plan.exchanges[order.scenario]]
    ShopUser.prepare(works, plan.starts[order.scenario], order.users)
    recorder = Recorder()
    runner = _runner(order.url, recorder)
    runner.start(order.users, spawn_rate=order.users)
    gevent.sleep(order.warm_up)
    before = _cpu_times(order)
    recorder.open()
    gevent.sleep(order.duration)
    recorder.close()
    spent = [after - earlier for after, earlier in zip(_cpu_times(order), before, strict=True)]
    runner.quit()
    return {
        "requests": recorder.requests,
        "seconds": recorder.seconds,
        "latencies": recorder.latencies,
        "errors": recorder.errors,
        "examples": recorder.examples,
        "server_cpu": spent[0],
        "generator_cpu": spent[1],
        "database_cpu": spent[2] if order.database_pid else None,
        "intruder_cpu": max(0.0, spent[3] - spent[0]) if order.server_cpus else None,
    }


def _runner(url: str, recorder: Recorder) -> LocalRunner:
    environment = Environment(user_classes=[ShopUser], host=url, stop_timeout=STOP_TIMEOUT)

    def on_request(response_time: float, exception: Exception | None, **_: object) -> None:
        recorder.answered(response_time)
        if exception:
            recorder.failed(str(exception))

    def on_user_error(exception: Exception, **_: object) -> None:
        recorder.failed(f"the generator: {exception!r}")

    environment.events.request.add_listener(on_request)  # type: ignore[no-untyped-call] # Locust types it in part
    environment.events.user_error.add_listener(on_user_error)  # type: ignore[no-untyped-call] # the same
    return environment.create_local_runner()


def _cpu_times(order: Order) -> tuple[float, float, float, float]:
    server = sum(map(cpu_seconds, order.server_pids))
    database = family_cpu_seconds(order.database_pid) if order.database_pid else 0.0
    return server, time.process_time(), database, busy_seconds(order.server_cpus)


def _read(orders: "Queue[bytes]") -> None:
    # In a thread of its own: reading a pipe would stop every user. No more input: nobody wants the rest.
    for line in FileObjectThread(sys.stdin.fileno(), "rb"):
        orders.put(line)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
