"""Pins processes to processors and reads their CPU time."""

import os
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from harness.postgres.server import Server

# What a CPU's time goes to when it does something, by psutil's names on all systems; a guest's is within the user's.
WORK = ("user", "nice", "system", "irq", "softirq", "interrupt", "dpc")
STOLEN = "steal"


@dataclass(frozen=True)
class Pinning:
    """CPUs of the server, and of all else (generator, PostgreSQL, this program); None where nothing is pinned."""

    server: frozenset[int] | None
    others: frozenset[int] | None


def assigned_processors(workers: int) -> Pinning:
    """Assign the server one CPU for each worker and the rest to all else, where there are at least two."""
    if not hasattr(os, "sched_getaffinity"):
        return Pinning(None, None)
    cpus = sorted(os.sched_getaffinity(0))
    own = min(workers, len(cpus) - 1)
    return Pinning(frozenset(cpus[:own]), frozenset(cpus[own:])) if own else Pinning(None, None)


@contextmanager
def pinned(server: Server, cpus: frozenset[int] | None) -> Iterator[bool]:
    """Keep this process and the embedded PostgreSQL on the CPUs; yields whether PostgreSQL is. Undone at the end."""
    if cpus is None:
        yield False
        return
    before = os.sched_getaffinity(0)
    leader = server.process()
    os.sched_setaffinity(0, cpus)
    moved = leader is not None and _move(leader, cpus)
    try:
        yield moved
    finally:
        os.sched_setaffinity(0, before)
        if leader is not None:
            _move(leader, frozenset(before))


def _move(leader: psutil.Process, cpus: frozenset[int]) -> bool:
    # Processes that PostgreSQL starts later inherit from the first.
    try:
        for process in (leader, *leader.children()):
            with suppress(psutil.NoSuchProcess):
                process.cpu_affinity(sorted(cpus))
    except psutil.AccessDenied:
        return False
    return True


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far: to the nanosecond on Linux, else in ticks of 10 ms; 0 once it is gone."""
    with suppress(OSError, AttributeError):
        # The clock id that clock_getcpuclockid(3) makes of a process id; /proc has whole ticks only.
        return time.clock_gettime((~pid << 3) | 2)
    with suppress(psutil.Error):
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)
    return 0.0


def family_cpu_seconds(pid: int) -> float:
    """CPU time of a process, its children, and its children that ended."""
    with suppress(psutil.Error):
        leader = psutil.Process(pid)
        times = leader.cpu_times()
        ended = float(times.children_user + times.children_system)
        return ended + cpu_seconds(pid) + sum(map(cpu_seconds, _children(leader)))
    return 0.0


def busy_seconds(cpus: Collection[int]) -> float:
    """Time for which the CPUs have done anything so far, or were taken away by the host."""
    times = psutil.cpu_times(percpu=True)
    return sum(getattr(times[cpu], name, 0.0) for cpu in cpus for name in (*WORK, STOLEN))


def spent(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """How much counters of CPU time have grown, each. One that went back (a process ended, psutil#1210): 0."""
    return [max(0.0, now - then) for then, now in zip(before, after, strict=True)]


def reset_peak_memory(pids: list[int]) -> None:
    """Let the kernel measure the highest resident size again from here."""
    for pid in pids:
        with suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="utf-8")


def _children(leader: psutil.Process) -> list[int]:
    # psutil reads all of /proc for this, which takes milliseconds of the time that is being measured.
    with suppress(OSError):
        return [
            int(pid)
            for pid in Path(f"/proc/{leader.pid}/task/{leader.pid}/children").read_text(encoding="utf-8").split()
        ]
    return [child.pid for child in leader.children()]
