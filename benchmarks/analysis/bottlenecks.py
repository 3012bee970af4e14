"""Determines the bottleneck of a row from the CPU shares of server, generator and PostgreSQL."""

from benchmarks.cells import Load

# The share of a CPU from which on it counts as fully used. The kernel does not attribute all its work to a process.
BUSY_SHARE = 0.85
# The share of dropped arrivals above which open load exceeds the capacity.
MAX_DROPPED = 0.01

SERVER, DATABASE, GENERATOR = "server CPU", "PostgreSQL CPU", "generator CPU"
WAITING, ARRIVALS, OVERRUN = "waiting", "arrivals", "overrun"

MEANINGS = {
    SERVER: "the server used all of its CPU: the framework and the code limit the rate",
    DATABASE: "PostgreSQL used all of its CPU: the database limits the rate, not the framework",
    GENERATOR: "the load generator used all of its CPU: the server could handle a higher rate",
    WAITING: "no CPU was fully used: requests wait for the disk (commit) or for locks, or there are too few users",
    ARRIVALS: "the server handled all arrivals of the open load: the rate is the rate of arrivals",
    OVERRUN: "the server did not handle all arrivals of the open load: some were dropped",
}


def bottleneck(load: Load, cpus: int, server: float, generator: float, database: float | None, dropped: float) -> str:
    """Return the bottleneck of a row, one of the keys of MEANINGS.

    `server`, `generator` and `database` are shares of one CPU. `cpus` is the number of CPUs that the server can use.
    `dropped` is the share of arrivals that were dropped.
    """
    if load.is_open:
        return OVERRUN if dropped > MAX_DROPPED else ARRIVALS
    if server >= BUSY_SHARE * cpus:
        return SERVER
    others = (database or 0.0) + generator
    if others >= BUSY_SHARE:
        return DATABASE if (database or 0.0) > generator else GENERATOR
    return SERVER if server >= BUSY_SHARE else WAITING
