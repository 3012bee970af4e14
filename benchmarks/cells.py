"""Commands to the load generator and their results, cells. A cell is one scenario measured once under one load."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """The load on a server. Exactly one of the fields is set.

    Closed load has `users`, and each user sends the next request after it has received a response.
    Open load has a `rate` of arrivals per second, which does not depend on the responses.
    """

    users: int | None = None
    rate: float | None = None

    def __post_init__(self) -> None:
        if (self.users is None) == (self.rate is None):
            raise ValueError("a load has users or a rate, and not both")

    @property
    def is_open(self) -> bool:
        """Whether requests are sent at times fixed in advance."""
        return self.rate is not None

    def __str__(self) -> str:
        return f"{self.rate:g}/s" if self.rate is not None else f"{self.users} user{'s' if self.users != 1 else ''}"


@dataclass(frozen=True)
class MeasureCommand:
    """A command to the load generator: measure one scenario on one server. Times are in seconds.

    `workload` is the key of the scenario's exchanges in the plan. Under closed load the measurement ends after
    `duration`, or, if `requests` is set, after that number of responses.
    """

    scenario: str
    workload: str
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
    """One scenario measured once.

    `requests` is the number of responses in the window; under open load, a request that overlaps an edge of the window
    counts by the share of its time inside. `latencies` maps microseconds to the number of responses; under open load a
    latency starts at the scheduled time. CPU times are in seconds and cover the window. `intruder_cpu` is the CPU time
    of other programs on the server's CPUs, None if no CPUs are reserved for the server. `peak_rss` is in bytes.
    `late` and `dropped` are numbers of arrivals under open load: sent after the tolerance, and not completed.
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
