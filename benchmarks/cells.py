"""What the generator is told and what it tells: one scenario, measured once on one server."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    """A scenario to measure. Times are seconds."""

    scenario: str
    url: str
    users: int
    warm_up: float
    duration: float
    tokens: dict[str, str]
    server_pids: list[int]
    database_pid: int | None
    server_cpus: list[int]


@dataclass(frozen=True)
class Cell:
    """A scenario measured once. `requests` has fractions: those that straddle the window's edges count by their share.

    `latencies` counts answers by microseconds; CPU times are seconds of the window, `intruder_cpu` is what other
    programs used of the server's own CPUs (None where it has none); `peak_rss` is bytes.
    """

    scenario: str
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
