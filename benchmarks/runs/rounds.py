"""One round: for each of its runs a fresh server on a fresh database, which are asked by turns."""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Protocol

import psycopg2

from benchmarks.cells import Cell, Load, Order
from benchmarks.environment.processors import Pinning, forget_peaks
from benchmarks.load.process import Generator
from benchmarks.results import Run
from benchmarks.scenarios.exchanges import Plan
from benchmarks.scenarios.material import Material, top_up
from benchmarks.settings import Settings, Subject
from benchmarks.verification.client import client
from harness.databases import database
from harness.postgres import Server
from harness.servers import Budget, RunningServer, ServerFailed, serve

# Seconds; tokens are good for six times as long.
STALE_AFTER = 300.0
# Seconds in which the end of a server that its clients have lost is known, also on a busy machine.
NOTICED_WITHIN = 10.0


class RoundWatch(Protocol):
    """Who hears of how a round goes."""

    def starts(self, subject: Subject) -> None: ...
    def turn(self, scenario: str) -> None: ...
    def measured(self) -> None: ...


@dataclass(frozen=True)
class Bench:
    """What stays the same from the first run of a part to the last; `materials` by size, `pinnings` by workers."""

    settings: Settings
    server: Server
    secret_key: str
    materials: dict[int, Material]
    pinnings: dict[int, Pinning]

    @contextmanager
    def data(self, size: int) -> Iterator[str]:
        """A clone of the data set, with plenty in stock of what is bought; nothing of it remains."""
        with database(self.server, size=size, seed=self.settings.seed, name_hint="bench") as url:
            top_up(url, self.materials[size].stocked)
            self._settle()
            yield url

    @contextmanager
    def running(self, subject: Subject, database_url: str) -> Iterator[RunningServer]:
        """A subject's server; nothing of it remains. Raises ServerFailed."""
        threads = self.settings.threads
        budget = Budget(subject.workers, threads, threads, self.pinnings[subject.workers].server)
        with serve(
            subject.variant, database_url, budget=budget, environment={"SECRET_KEY": self.secret_key}
        ) as implementation:
            yield implementation

    def _settle(self) -> None:
        # What cloning left to write is written now, not while something is measured.
        with suppress(psycopg2.Error), self.server.connection() as connection, connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")


def require_running(implementation: RunningServer, *, during: str) -> None:
    """Raises ServerFailed when the server has ended by itself."""
    if not implementation.is_running():
        raise ServerFailed(
            f"{implementation.name} ended by itself during {during}. Its last lines:\n{implementation.log_tail()}"
        )


@dataclass
class Lane:
    """A subject's place in a round: its server from the round's beginning to its end, and what was measured there."""

    subject: Subject
    implementation: RunningServer
    accounts: set[str]
    cells: list[Cell] = field(default_factory=list)
    failure: str | None = None
    _tokens: dict[str, str] = field(default_factory=dict)
    _signed_in: float = -math.inf

    def tokens(self) -> dict[str, str]:
        """Tokens of all accounts, none of them old. Raises SignInFailed."""
        if time.monotonic() - self._signed_in > STALE_AFTER:
            # A connection of its own each time: the server closes one that nobody has used for a while.
            with client(self.implementation.port) as doorman:
                doorman.sign_in(self.accounts)
                self._tokens, self._signed_in = doorman.tokens, time.monotonic()
        return self._tokens

    def run(self, number: int, position: int) -> Run:
        return Run(number, position, self.subject, self.cells, self.implementation.ready_after, self.failure)


def run_round(bench: Bench, number: int, *, plan: Plan, load: Generator, watch: RoundWatch) -> list[Run]:
    """Measure every scenario of the plan under each load; under closed load in slices of time, by turns.

    All servers of the round stand side by side, so that what slows the machine for a while slows them all. A server
    that ends by itself ends the round, and its run says why. Raises ServerFailed where one does not even start,
    GeneratorFailed, SignInFailed.
    """
    settings = bench.settings
    with ExitStack() as stack:
        lanes = [stack.enter_context(_lane(bench, plan, subject, watch)) for subject in settings.order(number)]
        for scenario, each in product(plan.scenarios(settings.sizes[0]), settings.loads):
            watch.turn(scenario)
            if not _all_run(lanes, during=f"what came before {scenario}"):
                break
            try:
                orders = [_order(bench, lane, scenario, each) for lane in lanes]
            except OSError:
                # Signing in failed: no wonder where the server has just ended.
                if _all_run(lanes, during=f"the sign-in before {scenario}"):
                    raise
                break
            cells = load.measure(orders)
            for lane, cell in zip(lanes, cells, strict=True):
                if cell.errors:
                    lane.implementation.wait_for_end(NOTICED_WITHIN)
            if not _all_run(lanes, during=scenario):
                break
            for lane, cell in zip(lanes, cells, strict=True):
                lane.cells.append(replace(cell, peak_rss=lane.implementation.peak_rss_bytes()))
                watch.measured()
        return [lane.run(number, position) for position, lane in enumerate(lanes, 1)]


def _all_run(lanes: Sequence[Lane], *, during: str) -> bool:
    """Whether no server has ended by itself; the lane of each that has says so."""
    for lane in lanes:
        try:
            require_running(lane.implementation, during=during)
        except ServerFailed as error:
            lane.failure = str(error)
    return not any(lane.failure for lane in lanes)


@contextmanager
def _lane(bench: Bench, plan: Plan, subject: Subject, watch: RoundWatch) -> Iterator[Lane]:
    watch.starts(subject)
    with bench.data(subject.size) as url, bench.running(subject, url) as implementation:
        yield Lane(subject, implementation, plan.accounts(subject.size))


def _order(bench: Bench, lane: Lane, scenario: str, load: Load) -> Order:
    implementation, settings = lane.implementation, bench.settings
    tokens = lane.tokens()
    pids = [process.pid for process in implementation.processes()]
    leader = bench.server.process()
    forget_peaks(pids)
    return Order(
        scenario=scenario,
        work=Plan.key(scenario, lane.subject.size),
        url=implementation.url,
        load=load,
        warm_up=settings.warm_up,
        duration=settings.duration,
        requests=settings.requests,
        tokens=tokens,
        server_pids=pids,
        database_pid=leader.pid if leader else None,
        server_cpus=sorted(bench.pinnings[lane.subject.workers].server or ()),
    )
