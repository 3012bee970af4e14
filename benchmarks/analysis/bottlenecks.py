"""Names the bottleneck of a row from the CPU shares of server, generator and PostgreSQL."""

from benchmarks.cells import Load

# Of one CPU. What the kernel does for a process, such as interrupts, is not counted as its own.
BUSY = 0.85
UNANSWERED = 0.01

SERVER, DATABASE, GENERATOR = "server CPU", "PostgreSQL CPU", "generator CPU"
WAITING, ARRIVALS, OVERRUN = "waiting", "arrivals", "overrun"

MEANINGS = {
    SERVER: "the server used its CPU up: the framework and its code are the limit",
    DATABASE: "PostgreSQL used its CPU up: the database is the limit, not the framework",
    GENERATOR: "the load generator used its CPU up: the server could do more",
    WAITING: "nobody was busy: requests wait for the disk (commit), for locks, or for so few users to ask again",
    ARRIVALS: "open load that is kept up with: the rate is what was asked for",
    OVERRUN: "open load that is not kept up with: arrivals were dropped",
}


def bottleneck(load: Load, cpus: int, server: float, generator: float, database: float | None, dropped: float) -> str:
    """Name the bottleneck. Shares are of one CPU; the server has up to `cpus`; `dropped` is of arrivals."""
    if load.is_open:
        return OVERRUN if dropped > UNANSWERED else ARRIVALS
    if server >= BUSY * cpus:
        return SERVER
    others = (database or 0.0) + generator
    if others >= BUSY:
        return DATABASE if (database or 0.0) > generator else GENERATOR
    return SERVER if server >= BUSY else WAITING
