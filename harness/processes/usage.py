"""CPU time and memory of a process and of its children."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psutil


def process_tree(leader: psutil.Process) -> list[psutil.Process]:
    """Return the process and all its running descendants."""
    return [leader, *leader.children(recursive=True)]


def cpu_seconds(leader: psutil.Process) -> float:
    """Return the CPU seconds of the process tree, ended children included. The kernel counts in steps of 10 ms."""
    total = 0.0
    for process in process_tree(leader):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def peak_rss_bytes(leader: psutil.Process) -> int:
    """Return the sum of the peak resident sizes of the process tree. Shared pages count once for each process."""
    total = 0
    for process in process_tree(leader):
        with suppress(psutil.NoSuchProcess):
            total += _peak(process)
    return total


def worker_processes(leader: psutil.Process) -> list[psutil.Process]:
    """Return the processes that handle requests: the children of a master process, or the only process of a server."""
    children = [child for child in leader.children(recursive=True) if not _is_resource_tracker(child)]
    return children or [leader]


def pss_bytes(processes: Iterable[psutil.Process]) -> int | None:
    """Return the sum of the proportional set sizes of the processes, in which n processes share a page as 1/n each.

    Processes that have exited count as 0. Returns None if the system does not report the sizes; only Linux does.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    total = 0
    for process in processes:
        with suppress(OSError):
            sizes = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="utf-8")
            if proportional := re.search(r"^Pss:\s+(\d+) kB", sizes, re.MULTILINE):
                total += int(proportional[1]) * 1024
    return total


def _is_resource_tracker(process: psutil.Process) -> bool:
    # Python's multiprocessing, which uvicorn uses, starts this process beside the workers.
    with suppress(psutil.Error):
        return any("multiprocessing.resource_tracker" in word for word in process.cmdline())
    return False


def _peak(process: psutil.Process) -> int:
    with suppress(OSError):
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        if high_water := re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE):
            return int(high_water[1]) * 1024
    # Only Linux records the peak. Elsewhere this is the current resident size.
    return int(process.memory_info().rss)
