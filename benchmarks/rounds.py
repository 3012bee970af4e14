"""One leg of a round: a fresh database, a fresh server, every scenario once under each load."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import psycopg2

from benchmarks.cells import Cell, Load, Order
from benchmarks.client import client
from benchmarks.exchanges import Plan
from benchmarks.load import Generator
from benchmarks.processors import Pinning, forget_peaks
from benchmarks.results import Leg
from benchmarks.scenarios.material import Material, top_up
from benchmarks.settings import Settings, Subject
from harness.databases import database
from harness.postgres import Server
from harness.wings import Budget, RunningWing, ServerFailed, serve


@dataclass(frozen=True)
class Bench:
    """What stays the same from the first leg of a part to the last; `materials` by size, `pinnings` by workers."""

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
    def running(self, subject: Subject, database_url: str) -> Iterator[RunningWing]:
        """A subject's server; nothing of it remains. Raises ServerFailed."""
        threads = self.settings.threads
        budget = Budget(subject.workers, threads, threads, self.pinnings[subject.workers].server)
        with serve(subject.variant, database_url, budget=budget, environment={"SECRET_KEY": self.secret_key}) as wing:
            yield wing

    def _settle(self) -> None:
        # What cloning left to write is written now, not while something is measured.
        with suppress(psycopg2.Error), self.server.connection() as connection, connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")


def require_running(wing: RunningWing, *, during: str) -> None:
    """Raises ServerFailed when the server has ended by itself."""
    if not wing.is_running():
        raise ServerFailed(f"{wing.name} ended by itself during {during}. Its last lines:\n{wing.log_tail()}")


def run_leg(
    bench: Bench,
    subject: Subject,
    *,
    number: int,
    position: int,
    plan: Plan,
    load: Generator,
    measured: Callable[[Cell], None],
) -> Leg:
    """Measure every scenario of the plan under each load; `measured` hears of each.

    A server that ends by itself ends the leg, which then says why. Raises ServerFailed where it does not even start,
    GeneratorFailed.
    """
    cells: list[Cell] = []
    failure = None
    with bench.data(subject.size) as url, bench.running(subject, url) as wing:
        try:
            with client(wing.port) as doorman:
                doorman.sign_in(plan.accounts(subject.size))
            for scenario in plan.scenarios(subject.size):
                for each in bench.settings.loads:
                    cells.append(_measured(bench, wing, subject, load, scenario, each, doorman.tokens))
                    measured(cells[-1])
        except ServerFailed as error:
            failure = str(error)
        return Leg(number, position, subject, cells, wing.ready_after, failure)


def _measured(
    bench: Bench,
    wing: RunningWing,
    subject: Subject,
    generator: Generator,
    scenario: str,
    load: Load,
    tokens: dict[str, str],
) -> Cell:
    require_running(wing, during=f"what came before {scenario}")
    pids = [process.pid for process in wing.processes()]
    leader = bench.server.process()
    settings = bench.settings
    forget_peaks(pids)
    cell = generator.measure(
        Order(
            scenario=scenario,
            work=Plan.key(scenario, subject.size),
            url=wing.url,
            load=load,
            warm_up=settings.warm_up,
            duration=settings.duration,
            tokens=tokens,
            server_pids=pids,
            database_pid=leader.pid if leader else None,
            server_cpus=sorted(bench.pinnings[subject.workers].server or ()),
        )
    )
    require_running(wing, during=scenario)
    return replace(cell, peak_rss=wing.peak_rss_bytes())
