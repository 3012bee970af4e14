"""Orders to the load generator and its results: a cell is one scenario, measured once on one server under one load."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """Closed: `users` that each send the next request after a response. Open: `rate` arrivals per second."""

    users: int | None = None
    rate: float | None = None

    def __post_init__(self) -> None:
        if (self.users is None) == (self.rate is None):
            raise ValueError("a load has users or a rate, and not both")

    @property
    def is_open(self) -> bool:
        """Whether arrivals are fixed in advance."""
        return self.rate is not None

    def __str__(self) -> str:
        return f"{self.rate:g}/s" if self.rate is not None else f"{self.users} user{'s' if self.users != 1 else ''}"


@dataclass(frozen=True)
class Order:
    """A scenario to measure; `work` is the key of its exchanges in the plan. Times are seconds.

    Under closed load it is measured for `duration`, or, where `requests` are asked for, until so many are answered.
    """

    scenario: str
    work: str
    url: str
    load: Load
    warm_up: float
    duration: float
    tokens: dict[str, str]
    server_pids: list[int]
    database_pid: int | None
    server_cpus: list[int]
    requests: int | None = None


@dataclass(frozen=True)
class Cell:
    """A scenario measured once. Under open load, requests across the window's edges count by their share.

    `latencies` counts answers by microseconds, under open load from the intended start of each; CPU times are seconds
    of the window, `intruder_cpu` is what other programs used of the server's own CPUs (None where it has none);
    `peak_rss` is bytes. Of open load alone: `late` arrivals began after they were due, `dropped` ones never did.
    """

    scenario: str
    load: Load
    requests: float
    seconds: float
    latencies: dict[int, int]
    errors: int
    examples: list[str]
    server_cpu: float
    generator_cpu: float
    database_cpu: float | None
    intruder_cpu: float | None
    peak_rss: int
    late: int = 0
    dropped: int = 0
