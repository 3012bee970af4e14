"""The Locust users: each sends one request at a time and checks every response.

Importing this module patches the standard library (gevent), so only the process of the generator imports it.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, repeat
from typing import ClassVar

import gevent
from locust import FastHttpUser, constant, task
from locust.env import Environment
from locust.exception import StopUser

from benchmarks.load.arrivals import Arrivals
from benchmarks.load.connection import CONNECTION_TIMEOUT, FAILURES, NETWORK_TIMEOUT, Connection
from benchmarks.load.prepared_exchanges import PreparedExchange
from benchmarks.load.recorder import Recorder
from benchmarks.load.slices import Slices

MAX_SHOWN = 200
# Seconds to wait after an error. A refused connection takes no time, so without a wait other users would get no CPU.
ERROR_PAUSE = 0.01

# The hosts are IP addresses. By default gevent looks them up in a thread, which is a quarter of the cost of connecting.
gevent.config.resolver = "block"


type Record = Callable[[float, float, bool], None]


def _ignore(_began: float, _ended: float, _is_background: bool) -> None:
    return


@dataclass
class Assignment:
    """What the users of one server share. Open load uses `arrivals`, closed load uses `slices`.

    `positions` yields indexes of `exchanges`: under closed load the first of each user, under open load the next.
    `join_delays` yields the seconds after the first start of a slice at which each user of closed load begins.
    Closed load calls `record_first` with the times of sending and of the response of each user's first request of a
    slice, and whether it is in the background. It calls `record` with those of the others.
    """

    exchanges: Sequence[PreparedExchange]
    positions: Iterator[int]
    recorder: Recorder
    arrivals: Arrivals | None = None
    slices: Slices = field(default_factory=Slices)
    join_delays: Iterator[float] = field(default_factory=lambda: repeat(0.0))
    connections: set[Connection] = field(default_factory=set)
    record_first: Record = _ignore
    record: Record = _ignore


class ShopUser(FastHttpUser):
    """A Locust FastHttpUser that uses its pool of sockets, but not its session."""

    abstract = True
    wait_time = constant(0)
    concurrency = 1
    network_timeout, connection_timeout = NETWORK_TIMEOUT, CONNECTION_TIMEOUT
    assignment: ClassVar[Assignment]
    _serials: "ClassVar[count[int]]" = count(1)

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        pool = self.client.client.clientpool.get_client(self.host or "")
        self.connection = Connection(pool._connection_pool)
        self.assignment.connections.add(self.connection)

    def on_stop(self) -> None:
        """Close the connection, because a server that shuts down waits for open connections."""
        self.connection.close()
        self.assignment.connections.discard(self.connection)

    def exchange(self, prepared: PreparedExchange) -> tuple[float, float]:
        """Send a request and check the response. Return the times of sending and of the last byte received."""
        connection, serial = self.connection, b"%09d" % next(self._serials) if prepared.has_serial else b""
        request = prepared.request(serial)
        connection.is_background = prepared.is_background
        began = time.perf_counter()
        try:
            connection.send(request)
        except FAILURES as error:
            ended = time.perf_counter()
            self._record_error(prepared, f"no response: {error!r}")
            return began, ended
        ended = time.perf_counter()
        if not prepared.matches(connection.status, connection.body, serial):
            shown = connection.body[:MAX_SHOWN].decode(errors="replace")
            self._record_error(prepared, f"{connection.status}, not the expected response: {shown}")
        return began, ended

    def _record_error(self, prepared: PreparedExchange, description: str) -> None:
        self.assignment.recorder.record_error(f"{prepared.name}: {description}")
        gevent.sleep(ERROR_PAUSE)


class ClosedUser(ShopUser):
    """Closed load: sends the exchanges in order and without pauses while a slice is active."""

    @task
    def send_in_slices(self) -> None:
        """Send exchanges in all slices. One Locust task is used for all, because a task switch costs more than one."""
        assignment, slices = self.assignment, self.assignment.slices
        exchanges, position = assignment.exchanges, next(assignment.positions)
        slices.wait_to_join(next(assignment.join_delays))
        while slices.wait_for_start():
            record = assignment.record_first
            try:
                while slices.is_active:
                    prepared = exchanges[position]
                    record(*self.exchange(prepared), prepared.is_background)
                    position = (position + 1) % len(exchanges)
                    record = assignment.record
            finally:
                slices.pause()
        raise StopUser


class OpenUser(ShopUser):
    """Open load: sends the next exchange for each arrival."""

    @task
    def send_on_arrival(self) -> None:
        """Send an exchange for each arrival until there are no more."""
        arrivals, recorder = self.assignment.arrivals, self.assignment.recorder
        while arrivals and (arrival := arrivals.next()):
            prepared = self.assignment.exchanges[next(self.assignment.positions)]
            arrivals.started(arrival, is_background=prepared.is_background)
            began, ended = self.exchange(prepared)
            recorder.count(began, ended)
            arrivals.completed(arrival, ended)
        raise StopUser
