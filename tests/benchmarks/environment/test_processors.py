"""CPU times of processors and processes never decrease, and a process is pinned with all its threads."""

import os
import subprocess
import sys
from typing import NamedTuple

import psutil
import pytest

from benchmarks.environment import preflight, processors


class Times(NamedTuple):
    """The times of one CPU on Linux, in seconds."""

    user: float
    nice: float
    system: float
    idle: float
    iowait: float
    irq: float
    softirq: float
    steal: float
    guest: float


CPUS = 1024
BEFORE = Times(
    user=1e6 + 0.37, nice=0.1, system=9e5 + 0.01, idle=7e7, iowait=3.5, irq=0, softirq=0.2, steal=8.8, guest=5
)


@pytest.mark.parametrize("after", [BEFORE, BEFORE._replace(idle=7e7 + 0.05), BEFORE._replace(user=1e6, steal=8.7)])
def test_a_cpu_with_constant_or_decreasing_counters_is_not_busy(after: Times, monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter([[BEFORE] * CPUS, [after] * CPUS] * 2)
    monkeypatch.setattr(psutil, "cpu_times", lambda percpu: next(readings))  # noqa: ARG005 - as it is called
    first, last = processors.busy_seconds([0, 1]), processors.busy_seconds([0, 1])
    assert processors.increases([first], [last]) == [0]
    observed = preflight.observe([], seconds=0.001)
    assert {*observed.busy.values(), *observed.steal.values()} == {0}


def test_an_exited_process_has_used_no_cpu_time() -> None:
    assert processors.increases([3.0, 1.0], [0.0, 1.5]) == [0, 0.5]


# Uses two milliseconds of CPU time for each line that it reads, and answers with an empty line.
BUSY = """
import sys, time
for _ in sys.stdin:
    end = time.process_time() + 0.002
    while time.process_time() < end:
        pass
    print(flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a clock of another process with this resolution")
def test_the_cpu_time_of_another_process_is_read_with_a_resolution_below_two_milliseconds() -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        used = []
        for _ in range(5):
            before = processors.cpu_seconds(process.pid)
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.stdout.readline()
            used.append(processors.cpu_seconds(process.pid) - before)
        process.stdin.close()
    # The first line includes the start of Python. Ticks of 10 ms would count most of the others as 0.
    assert min(used) >= 0.0019
    assert processors.cpu_seconds(process.pid) == 0


# Starts a thread before its first line of output, and another one after it has read a line.
THREADED = """
import sys, threading
start = lambda: threading.Thread(target=threading.Event().wait, daemon=True).start()
start()
print(flush=True)
sys.stdin.readline()
start()
print(flush=True)
sys.stdin.readline()
"""


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system cannot pin")
def test_a_process_is_pinned_with_the_threads_that_it_has_and_those_that_it_starts_later() -> None:
    cpus = frozenset({max(os.sched_getaffinity(0))})
    with subprocess.Popen([sys.executable, "-c", THREADED], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        pinned = psutil.Process(process.pid)
        processors.pin([pinned], cpus)
        process.stdin.write(b"\n")
        process.stdin.flush()
        process.stdout.readline()
        affinities = [os.sched_getaffinity(thread.id) for thread in pinned.threads()]
        process.stdin.close()
    assert affinities == [cpus] * 3
