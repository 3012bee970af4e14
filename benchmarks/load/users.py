"""The Locust users: each sends one request at a time and checks every response.

Importing this module patches the standard library (gevent), so only the generator's own process does.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
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

SHOWN = 200
# After an error: the row is spoilt anyway, and a refused connection costs no time, so nobody else would have a turn.
PAUSE = 0.01

# Addresses are numbers here. gevent would have each looked up in a thread, a quarter of what a new connection costs.
gevent.config.resolver = "block"


@dataclass
class Assignment:
    """What the users of one server share; those of open load have `arrivals`, the others `slices`."""

    works: Sequence[PreparedExchange]
    starts: Iterator[int]
    recorder: Recorder
    arrivals: Arrivals | None = None
    slices: Slices = field(default_factory=Slices)
    connections: set[Connection] = field(default_factory=set)


class ShopUser(FastHttpUser):
    """Locust's FastHttpUser with its pool of sockets, but without its session."""

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
        """Close the connection: a server that is told to stop would wait for it."""
        self.connection.close()
        self.assignment.connections.discard(self.connection)

    def exchange(self, work: PreparedExchange) -> tuple[float, float]:
        """Send a request and check the response. Returns when it was sent and when the last byte had arrived."""
        connection, serial = self.connection, b"%09d" % next(self._serials) if work.is_numbered else b""
        request = work.request(serial)
        began = time.perf_counter()
        try:
            connection.ask(request)
        except FAILURES as error:
            ended = time.perf_counter()
            self._failed(work, f"no answer: {error!r}")
            return began, ended
        ended = time.perf_counter()
        if not work.is_right(connection.status, connection.body, serial):
            shown = connection.body[:SHOWN].decode(errors="replace")
            self._failed(work, f"{connection.status}, not as learnt: {shown}")
        return began, ended

    def _failed(self, work: PreparedExchange, what: str) -> None:
        self.assignment.recorder.failed(f"{work.name}: {what}")
        gevent.sleep(PAUSE)


class ClosedUser(ShopUser):
    """Closed load: sends the exchanges in order, without a pause within a slice, from a start of its own."""

    @task
    def walk(self) -> None:
        """Run all slices within one Locust task: switching between tasks costs more than an exchange."""
        assignment, recorder, slices = self.assignment, self.assignment.recorder, self.assignment.slices
        works, place = assignment.works, next(assignment.starts)
        while slices.begins():
            # All begin at once, on a server that has nothing to do: the first answer of each is not typical.
            answered = recorder.worked
            try:
                while slices.is_on:
                    answered(*self.exchange(works[place]))
                    place = (place + 1) % len(works)
                    answered = recorder.answered
            finally:
                slices.rests()
        raise StopUser


class OpenUser(ShopUser):
    """Open load: sends the next exchange for each arrival."""

    @task
    def serve(self) -> None:
        """Serve arrivals until there are no more."""
        arrivals, recorder = self.assignment.arrivals, self.assignment.recorder
        while arrivals and (arrival := arrivals.next()):
            arrivals.began(arrival)
            began, ended = self.exchange(self.assignment.works[next(self.assignment.starts)])
            recorder.worked(began, ended)
            arrivals.answered(arrival, ended)
        raise StopUser
