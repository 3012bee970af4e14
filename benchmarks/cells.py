"""Commands to the load generator and their results, cells. A cell is one scenario measured once under one load."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """The load on a server. Exactly one of the fields is set.

    Closed load has `users`, and each user sends the next request after it has received a response.
    Open load has a `rate` of arrivals per second, which does not depend on the responses, or a `share` of the capacity:
    its rate is that share of the requests per second of the slowest subject under closed load in the same scenario.
    """

    users: int | None = None
    rate: float | None = None
    share: float | None = None

    def __post_init__(self) -> None:
        if [self.users, self.rate, self.share].count(None) != 2:
            raise ValueError("a load has users, a rate, or a share of the capacity: exactly one of them")

    @property
    def is_open(self) -> bool:
        """Whether requests are sent at times fixed in advance."""
        return self.users is None

    def __str__(self) -> str:
        if self.share is not None:
            return f"{self.share * 100:g}%"
        return f"{self.rate:g}/s" if self.rate is not None else f"{self.users} user{'s' if self.users != 1 else ''}"


@dataclass(frozen=True)
class MeasureCommand:
    """A command to the load generator: measure one scenario on one server. Times are in seconds.

    `workload` is the key of the scenario's exchanges in the plan. Under closed load the measurement ends after
    `duration`, or, if `requests` is set, after that number of responses. `latency_seconds` is the length of the stretch
    of closed load that latencies are taken from; 0 for no latencies. `join_interval` is the time between the first
    requests of two users of closed load. `rate` is the number of arrivals per second of an open load that is given as a
    share. Commands with the same `seed` and rate have the same arrival times.
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
    latency_seconds: float = 0.0
    join_interval: float = 0.0
    rate: float | None = None
    seed: int = 0

    @property
    def arrival_rate(self) -> float | None:
        """Arrivals per second of open load, None under closed load. Raises ValueError if a share has no rate yet."""
        if self.load.share is not None and self.rate is None:
            raise ValueError(f"the rate of the open load at {self.load} of the capacity is not known")
        return self.load.rate if self.rate is None else self.rate


@dataclass(frozen=True)
class Cell:
    """One scenario measured once.

    `requests` is the number of responses in the window; under open load, a request that overlaps an edge of the window
    counts by the share of its time inside. CPU times are in seconds and cover the window. `intruder_cpu` is the CPU
    time of other programs on the server's CPUs, None if no CPUs are reserved for the server.

    `latencies` maps microseconds to numbers of requests. Under open load these are all arrivals, and a latency starts
    at the scheduled time. `dropped` is the number of requests among them that had no response in time; their latencies
    are longer than all others of the cell. `late` is the number of arrivals that were sent after the tolerance. `rate`
    is the number of arrivals per second under open load. `concurrency` is rate x mean latency / users in the stretch of
    closed load, None without one: the share of their time in which users wait for a response.

    `peak_rss` and `pss` are in bytes: the peak resident size of all processes of the server, and the proportional set
    size (a page that n processes share counts 1/n in each) of its worker processes after the measurement, None where
    the system does not know it. `workers` is the number of worker processes.
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
    rate: float | None = None
    concurrency: float | None = None
    pss: int | None = None
    workers: int = 1
