"""Determines the bottleneck of a row from the CPU shares of server, generator and PostgreSQL."""

from dataclasses import dataclass

from benchmarks.cells import Load
from benchmarks.results import Cpus

# The share of a CPU from which on it counts as fully used. The kernel does not attribute all its work to a process.
BUSY_SHARE = 0.85
# The share of dropped arrivals above which open load exceeds the capacity.
MAX_DROPPED = 0.01

SERVER, DATABASE, GENERATOR = "server CPU", "PostgreSQL CPU", "generator CPU"
WAITING, ARRIVALS, OVERRUN = "waiting", "arrivals", "overrun"

MEANINGS = {
    SERVER: "the server used all CPU that it can use: the framework and the code limit the rate",
    DATABASE: "PostgreSQL used most of the CPUs that it shares: the database limits the rate, not the framework",
    GENERATOR: "the load generator used all CPU that it can use: the server could handle a higher rate",
    WAITING: "no CPU was fully used: requests wait for the disk (commit) or for locks, or there are too few users",
    ARRIVALS: "the server handled all arrivals of the open load: the rate is the rate of arrivals",
    OVERRUN: "the server did not handle all arrivals of the open load: some were dropped",
}


@dataclass(frozen=True)
class Shares:
    """The CPU time of server, generator and PostgreSQL per second: 1 is one CPU."""

    server: float
    generator: float
    database: float = 0.0

    @property
    def largest(self) -> str:
        """What used most."""
        uses = {SERVER: self.server, GENERATOR: self.generator, DATABASE: self.database}
        return max(uses, key=lambda name: uses[name])


def bottleneck(load: Load, workers: int, cpus: Cpus, shares: Shares, dropped: float) -> str:
    """Return the bottleneck of a row, one of the keys of MEANINGS.

    A worker process uses one CPU at most, because of Python's global lock, and so does the generator. PostgreSQL has a
    process for each connection. `dropped` is the share of arrivals that were dropped.
    """
    if load.is_open:
        return OVERRUN if dropped > MAX_DROPPED else ARRIVALS
    if shares.server >= BUSY_SHARE * min(workers, cpus.server):
        return SERVER
    if shares.generator >= BUSY_SHARE:
        return GENERATOR
    others = shares.generator + shares.database
    if cpus.is_shared:
        return shares.largest if shares.server + others >= BUSY_SHARE * cpus.server else WAITING
    if others >= BUSY_SHARE * cpus.others:
        return DATABASE if shares.database > shares.generator else GENERATOR
    return WAITING
