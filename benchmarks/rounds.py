"""One leg of a round: a fresh database, a fresh server, every scenario once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

import psycopg2

from benchmarks.cells import Cell, Order
from benchmarks.client import client
from benchmarks.exchanges import Plan
from benchmarks.load import Generator
from benchmarks.processors import Pinning, forget_peaks
from benchmarks.scenarios.material import top_up
from benchmarks.settings import Settings, Variant
from harness.databases import database
from harness.postgres import Server
from harness.wings import Budget, RunningWing, ServerFailed, serve


@dataclass(frozen=True)
class Bench:
    """What stays the same from the first leg to the last."""

    settings: Settings
    server: Server
    pinning: Pinning
    secret_key: str

    @contextmanager
    def running(self, variant: Variant, stocked: list[str]) -> Iterator[RunningWing]:
        """A variant on a clone of the data set; nothing of it remains. Raises ServerFailed."""
        with database(self.server, size=self.settings.size, seed=self.settings.seed, name_hint="bench") as url:
            top_up(url, stocked)
            self._settle()
            budget = Budget(self.settings.workers, self.settings.threads, self.settings.threads, self.pinning.server)
            with serve(variant, url, budget=budget, environment={"SECRET_KEY": self.secret_key}) as wing:
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
    bench: Bench, variant: Variant, *, plan: Plan, stocked: list[str], load: Generator, measured: Callable[[Cell], None]
) -> list[Cell]:
    """Measure every scenario of the plan; `measured` hears of each. Raises ServerFailed, GeneratorFailed."""
    cells = []
    with bench.running(variant, stocked) as wing:
        with client(wing.port) as doorman:
            doorman.sign_in(plan.accounts())
        for scenario in plan.exchanges:
            cells.append(_measured(bench, wing, load, scenario, doorman.tokens))
            measured(cells[-1])
    return cells


def _measured(bench: Bench, wing: RunningWing, load: Generator, scenario: str, tokens: dict[str, str]) -> Cell:
    require_running(wing, during=f"what came before {scenario}")
    pids = [process.pid for process in wing.processes()]
    leader = bench.server.process()
    settings = bench.settings
    forget_peaks(pids)
    cell = load.measure(
        Order(
            scenario=scenario,
            url=wing.url,
            users=settings.users,
            warm_up=settings.warm_up,
            duration=settings.duration,
            tokens=tokens,
            server_pids=pids,
            database_pid=leader.pid if leader else None,
            server_cpus=sorted(bench.pinning.server or ()),
        )
    )
    require_running(wing, during=scenario)
    return replace(cell, peak_rss=wing.peak_rss_bytes())
