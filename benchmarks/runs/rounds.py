"""One round: starts a server with a database of its own for each server run, and measures them in turns."""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Protocol

import psycopg2

from benchmarks.cells import Cell, Load, Order
from benchmarks.environment.processors import Pinning, reset_peak_memory
from benchmarks.load.process import Generator
from benchmarks.results import Run
from benchmarks.scenarios.exchanges import Plan
from benchmarks.scenarios.sample import Sample, top_up
from benchmarks.settings import Settings, Subject
from benchmarks.verification.client import client
from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import Budget, RunningServer, ServerFailed, serve

# Seconds; tokens are good for six times as long.
STALE_AFTER = 300.0
# Seconds in which the end of a server that its clients have lost is known, also on a busy machine.
NOTICED_WITHIN = 10.0


class RoundWatch(Protocol):
    """Receives the progress of a round."""

    def starts(self, subject: Subject) -> None: ...
    def turn(self, scenario: str) -> None: ...
    def measured(self) -> None: ...


@dataclass(frozen=True)
class Bench:
    """What all server runs of a part share; `samples` by size, `pinnings` by workers."""

    settings: Settings
    server: Server
    secret_key: str
    samples: dict[int, Sample]
    pinnings: dict[int, Pinning]

    @contextmanager
    def data(self, size: int) -> Iterator[str]:
        """Clone the data set, with enough stock for all orders; the clone is dropped at the end."""
        with database(self.server, size=size, seed=self.settings.seed, name_hint="bench") as url:
            top_up(url, self.samples[size].stocked)
            self._settle()
            yield url

    @contextmanager
    def running(self, subject: Subject, database_url: str) -> Iterator[RunningServer]:
        """Start a subject's server and stop it at the end. Raises ServerFailed."""
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
class ServerRun:
    """A server run: a subject's server from the start of a round to its end, and what was measured on it."""

    subject: Subject
    implementation: RunningServer
    accounts: set[str]
    cells: list[Cell] = field(default_factory=list)
    failure: str | None = None
    _tokens: dict[str, str] = field(default_factory=dict)
    _signed_in: float = -math.inf

    def tokens(self) -> dict[str, str]:
        """Return valid tokens of all accounts; signs in again when they are old. Raises SignInFailed."""
        if time.monotonic() - self._signed_in > STALE_AFTER:
            # A connection of its own each time: the server closes one that nobody has used for a while.
            with client(self.implementation.port) as http_client:
                http_client.sign_in(self.accounts)
                self._tokens, self._signed_in = http_client.tokens, time.monotonic()
        return self._tokens

    def run(self, number: int, position: int) -> Run:
        return Run(number, position, self.subject, self.cells, self.implementation.ready_after, self.failure)


def run_round(bench: Bench, number: int, *, plan: Plan, load: Generator, watch: RoundWatch) -> list[Run]:
    """Measure every scenario of the plan under each load; closed load alternates between servers in time slices.

    All servers of the round run at the same time, so that a slow phase of the machine affects them all. A server
    that ends by itself ends the round, and its `failure` says why. Raises ServerFailed where one does not even start,
    GeneratorFailed, SignInFailed.
    """
    settings = bench.settings
    with ExitStack() as stack:
        server_runs = [
            stack.enter_context(_server_run(bench, plan, subject, watch)) for subject in settings.order(number)
        ]
        for scenario, each in product(plan.scenarios(settings.sizes[0]), settings.loads):
            watch.turn(scenario)
            if not _all_run(server_runs, during=f"what came before {scenario}"):
                break
            try:
                orders = [_order(bench, server_run, scenario, each) for server_run in server_runs]
            except OSError:
                # Signing in failed: no wonder where the server has just ended.
                if _all_run(server_runs, during=f"the sign-in before {scenario}"):
                    raise
                break
            cells = load.measure(orders)
            for server_run, cell in zip(server_runs, cells, strict=True):
                if cell.errors:
                    server_run.implementation.wait_for_end(NOTICED_WITHIN)
            if not _all_run(server_runs, during=scenario):
                break
            for server_run, cell in zip(server_runs, cells, strict=True):
                server_run.cells.append(replace(cell, peak_rss=server_run.implementation.peak_rss_bytes()))
                watch.measured()
        return [server_run.run(number, position) for position, server_run in enumerate(server_runs, 1)]


def _all_run(server_runs: Sequence[ServerRun], *, during: str) -> bool:
    """Whether no server has ended by itself; sets the `failure` of those that have."""
    for server_run in server_runs:
        try:
            require_running(server_run.implementation, during=during)
        except ServerFailed as error:
            server_run.failure = str(error)
    return not any(server_run.failure for server_run in server_runs)


@contextmanager
def _server_run(bench: Bench, plan: Plan, subject: Subject, watch: RoundWatch) -> Iterator[ServerRun]:
    watch.starts(subject)
    with bench.data(subject.size) as url, bench.running(subject, url) as implementation:
        yield ServerRun(subject, implementation, plan.accounts(subject.size))


def _order(bench: Bench, server_run: ServerRun, scenario: str, load: Load) -> Order:
    implementation, settings = server_run.implementation, bench.settings
    tokens = server_run.tokens()
    pids = [process.pid for process in implementation.processes()]
    leader = bench.server.process()
    reset_peak_memory(pids)
    return Order(
        scenario=scenario,
        work=Plan.key(scenario, server_run.subject.size),
        url=implementation.url,
        load=load,
        warm_up=settings.warm_up,
        duration=settings.duration,
        requests=settings.requests,
        tokens=tokens,
        server_pids=pids,
        database_pid=leader.pid if leader else None,
        server_cpus=sorted(bench.pinnings[server_run.subject.workers].server or ()),
    )
