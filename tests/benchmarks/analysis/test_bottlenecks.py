"""The bottleneck of a row, by the CPUs that each program can use."""

import pytest

from benchmarks.analysis.bottlenecks import (
    ARRIVALS,
    DATABASE,
    GENERATOR,
    OVERRUN,
    SERVER,
    WAITING,
    Shares,
    bottleneck,
)
from benchmarks.cells import Load
from benchmarks.results import Cpus

CLOSED, OPEN = Load(users=8), Load(rate=100.0)
ONE_EACH = Cpus(server=1, others=1)
ONE_AND_THREE = Cpus(server=1, others=3)
FOUR_AND_FOUR = Cpus(server=4, others=4)
TWO_SHARED = Cpus(server=2, others=2, is_shared=True)


@pytest.mark.parametrize(
    ("workers", "cpus", "shares", "expected"),
    [
        (1, ONE_EACH, Shares(0.95, 0.3, 0.3), SERVER),
        (1, ONE_EACH, Shares(0.60, 0.3, 0.6), DATABASE),
        (1, ONE_EACH, Shares(0.60, 0.6, 0.3), GENERATOR),
        (1, ONE_EACH, Shares(0.60, 0.2, 0.3), WAITING),
        # Generator and PostgreSQL have three CPUs, of which they use 1.2. The generator is one process.
        (1, ONE_AND_THREE, Shares(0.60, 0.4, 0.8), WAITING),
        (1, ONE_AND_THREE, Shares(0.60, 0.9, 0.1), GENERATOR),
        (1, ONE_AND_THREE, Shares(0.60, 0.5, 2.2), DATABASE),
        # Four workers have one CPU, and one worker has four CPUs: both use one CPU at most.
        (4, ONE_EACH, Shares(0.95, 0.3, 0.3), SERVER),
        (1, FOUR_AND_FOUR, Shares(0.95, 0.3, 0.3), SERVER),
        (4, FOUR_AND_FOUR, Shares(0.95, 0.3, 0.3), WAITING),
        (4, FOUR_AND_FOUR, Shares(3.60, 0.3, 0.3), SERVER),
        # Nothing is pinned: all programs share two CPUs.
        (2, TWO_SHARED, Shares(1.10, 0.3, 0.4), SERVER),
        (2, TWO_SHARED, Shares(0.60, 0.3, 0.9), DATABASE),
        (2, TWO_SHARED, Shares(0.80, 0.3, 0.3), WAITING),
        (1, TWO_SHARED, Shares(0.90, 0.3, 0.3), SERVER),
    ],
)
def test_the_bottleneck_is_what_uses_all_cpu_that_it_can(
    workers: int, cpus: Cpus, shares: Shares, expected: str
) -> None:
    assert bottleneck(CLOSED, workers, cpus, shares, 0.0) == expected


def test_under_open_load_arrivals_are_the_limit_unless_they_are_dropped() -> None:
    assert bottleneck(OPEN, 1, ONE_EACH, Shares(0.95, 0.3), 0.0) == ARRIVALS
    assert bottleneck(OPEN, 1, ONE_EACH, Shares(0.95, 0.3), 0.02) == OVERRUN
