"""One scenario measured once: users started, warmed up, watched through a window, and stopped."""

# First of all imports: Locust patches the standard library.
from benchmarks.locustfile import Assignment, ClosedUser, OpenUser, ShopUser, spread  # isort: skip

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any
from urllib.parse import urlsplit

import gevent
from locust.env import Environment

from benchmarks.arrivals import Arrivals, users_for
from benchmarks.cells import Order
from benchmarks.connection import watch
from benchmarks.exchanges import Plan
from benchmarks.ledger import Ledger
from benchmarks.processors import busy_seconds, cpu_seconds, family_cpu_seconds
from benchmarks.recorder import Recorder
from benchmarks.work import Work

# Users that still wait for an answer at the end get it within this many seconds, or are ended without.
STOP_TIMEOUT = 60.0


def measure(plan: Plan, order: Order) -> dict[str, Any]:
    """Load the server for a scenario's warm-up and window. CPU times are of the window, in seconds."""
    host = urlsplit(order.url).netloc
    works = [Work(exchange, order.tokens, host) for exchange in plan.exchanges[order.work]]
    recorder = Recorder()
    if order.load.rate is None:
        found = _closed(order, works, plan.starts[order.work], recorder)
    else:
        found = _open(order, works, order.load.rate, recorder)
    return found | {"seconds": recorder.seconds, "errors": recorder.errors, "examples": recorder.examples}


def _closed(order: Order, works: list[Work], starts: list[int], recorder: Recorder) -> dict[str, Any]:
    users = order.load.users or 0
    with _running(ClosedUser, users, order.url, Assignment(works, spread(starts, users), recorder)):
        gevent.sleep(order.warm_up)
        found = _window(order, recorder, lambda: gevent.sleep(order.duration))
    return found | {"requests": recorder.requests, "latencies": recorder.latencies}


def _open(order: Order, works: list[Work], rate: float, recorder: Recorder) -> dict[str, Any]:
    ledger = Ledger(recorder.timed)
    arrivals = Arrivals(ledger)
    assignment = Assignment(works, cycle(range(len(works))), recorder, arrivals)
    with _running(OpenUser, users_for(rate), order.url, assignment):
        start = time.perf_counter()
        opened, closed = start + order.warm_up, start + order.warm_up + order.duration
        ledger.expect(opened, closed)
        pacer = gevent.spawn(arrivals.come, start, rate)
        gevent.sleep(opened - time.perf_counter())
        found = _window(order, recorder, lambda: gevent.sleep(closed - time.perf_counter()))
        arrivals.settle()
        # Whoever is answered from now on was counted as dropped.
        found |= {"requests": recorder.requests, "latencies": recorder.latencies}
        pacer.kill()
        arrivals.end()
    return found | {"late": ledger.late, "dropped": ledger.dropped}


@contextmanager
def _running(user: type[ShopUser], users: int, url: str, assignment: Assignment) -> Iterator[None]:
    """So many Locust users, from the last one's start until all are gone."""
    environment = Environment(user_classes=[user], host=url, stop_timeout=STOP_TIMEOUT)

    def on_user_error(exception: Exception, **_: object) -> None:
        assignment.recorder.failed(f"the generator: {exception!r}")

    environment.events.user_error.add_listener(on_user_error)  # type: ignore[no-untyped-call] # Locust types it in part
    ShopUser.assignment = assignment
    runner = environment.create_local_runner()
    watchdog = gevent.spawn(watch, assignment.connections)
    try:
        runner.start(users, spawn_rate=users)
        if runner.spawning_greenlet:
            runner.spawning_greenlet.join()
        yield
    finally:
        runner.quit()
        watchdog.kill()


def _window(order: Order, recorder: Recorder, passes: Callable[[], None]) -> dict[str, Any]:
    before = _cpu_times(order)
    recorder.open()
    passes()
    recorder.close()
    spent = [after - earlier for after, earlier in zip(_cpu_times(order), before, strict=True)]
    return {
        "server_cpu": spent[0],
        "generator_cpu": spent[1],
        "database_cpu": spent[2] if order.database_pid else None,
        "intruder_cpu": max(0.0, spent[3] - spent[0]) if order.server_cpus else None,
    }


def _cpu_times(order: Order) -> tuple[float, float, float, float]:
    server = sum(map(cpu_seconds, order.server_pids))
    database = family_cpu_seconds(order.database_pid) if order.database_pid else 0.0
    return server, time.process_time(), database, busy_seconds(order.server_cpus)
