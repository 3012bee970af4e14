"""Pins processes to processors and reads their CPU time."""

import os
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import psutil

from benchmarks.environment.topology import physical_cores
from harness.postgres.server import Server

# Names of psutil, on all systems, for the times in which a CPU is busy. `user` includes the time of guests.
BUSY = ("user", "nice", "system", "irq", "softirq", "interrupt", "dpc")
STEAL = "steal"


@dataclass(frozen=True)
class Pinning:
    """The CPUs of the server, and those of the generator, PostgreSQL and this program; None if nothing is pinned.

    `idle` are the other hardware threads of the server's cores, which no process of the benchmark uses.
    `is_core_shared`: there is only one physical core, so the server shares it with the other processes.
    """

    server: frozenset[int] | None
    others: frozenset[int] | None
    idle: frozenset[int] = frozenset()
    is_core_shared: bool = False

    @property
    def all(self) -> frozenset[int] | None:
        """All these CPUs; None if nothing is pinned."""
        return None if self.server is None or self.others is None else self.server | self.others | self.idle


def number_of_processors() -> int:
    """Return the number of CPUs that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def assigned_processors(workers: int) -> Pinning:
    """Assign one CPU for each worker to the server, and the CPUs of other physical cores to all other processes.

    The other processes get at least one core. Nothing is pinned if there is only one CPU, or if the system cannot pin.
    """
    if not hasattr(os, "sched_getaffinity"):
        return Pinning(None, None)
    return assign(physical_cores(os.sched_getaffinity(0)), workers)


def assign(cores: Sequence[Sequence[int]], workers: int) -> Pinning:
    """Assign the logical CPUs of the physical cores, given as one group for each core: see `assigned_processors`.

    A hardware thread slows the other one of its core. So each worker gets a core as long as there are cores, and more
    workers get the second hardware threads of these cores.
    """
    if is_core_shared := len(cores) == 1:
        cores = [[cpu] for cpu in cores[0]]
    reserved = min(workers, len(cores) - 1)
    if not reserved:
        return Pinning(None, None)
    by_thread = [cpu for thread in zip_longest(*cores[:reserved]) for cpu in thread if cpu is not None]
    others = frozenset(cpu for core in cores[reserved:] for cpu in core)
    return Pinning(frozenset(by_thread[:workers]), others, frozenset(by_thread[workers:]), is_core_shared)


@contextmanager
def pinned(server: Server, cpus: frozenset[int] | None) -> Iterator[bool]:
    """Pin this process and the embedded PostgreSQL to the CPUs, until the end of the block.

    Yield whether PostgreSQL is pinned: a server given by DATABASE_URL is not.
    """
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
    try:
        pin((leader, *leader.children()), cpus)
    except (psutil.AccessDenied, PermissionError):
        return False
    return True


def pin(processes: Iterable[psutil.Process], cpus: frozenset[int]) -> None:
    """Pin all threads of the processes to the CPUs. Threads and processes that they start later inherit the CPUs."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            for thread in process.threads():
                with suppress(ProcessLookupError):
                    os.sched_setaffinity(thread.id, cpus)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of a process in seconds, 0 if it has exited.

    The resolution is a nanosecond on Linux, and 10 ms on other systems.
    """
    with suppress(OSError, AttributeError):
        # The clock id that clock_getcpuclockid(3) returns for a process id. The values in /proc are ticks of 10 ms.
        return time.clock_gettime((~pid << 3) | 2)
    with suppress(psutil.Error):
        times = psutil.Process(pid).cpu_times()
        return float(times.user + times.system)
    return 0.0


def cpu_seconds_of_tree(pid: int) -> float:
    """Return the CPU time in seconds of a process and its children, including children that have exited."""
    with suppress(psutil.Error):
        leader = psutil.Process(pid)
        times = leader.cpu_times()
        exited = float(times.children_user + times.children_system)
        return exited + cpu_seconds(pid) + sum(map(cpu_seconds, _children(leader)))
    return 0.0


def busy_seconds(cpus: Collection[int]) -> float:
    """Return the seconds so far in which the CPUs were busy or taken by the host, summed over the CPUs."""
    times = psutil.cpu_times(percpu=True)
    return sum(getattr(times[cpu], name, 0.0) for cpu in cpus for name in (*BUSY, STEAL))


def increases(before: Sequence[float], after: Sequence[float]) -> list[float]:
    """Return the increase of each counter of CPU time; 0 for one that decreased (a process exited, psutil#1210)."""
    return [max(0.0, last - first) for first, last in zip(before, after, strict=True)]


def reset_peak_memory(pids: list[int]) -> None:
    """Reset the peak resident memory that the kernel records for the processes."""
    for pid in pids:
        with suppress(OSError):
            Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="utf-8")


def _children(leader: psutil.Process) -> list[int]:
    # psutil reads all of /proc, which would take milliseconds of the measured time.
    with suppress(OSError):
        return [
            int(pid)
            for pid in Path(f"/proc/{leader.pid}/task/{leader.pid}/children").read_text(encoding="utf-8").split()
        ]
    return [child.pid for child in leader.children()]
