"""What processes use."""

import re
from contextlib import suppress
from pathlib import Path

import psutil


def family(leader: psutil.Process) -> list[psutil.Process]:
    """The process and all that it started and that still run."""
    return [leader, *leader.children(recursive=True)]


def cpu_seconds(leader: psutil.Process) -> float:
    """CPU time of the family so far, also of those that ended. Counted by the kernel in steps of 10 ms."""
    total = 0.0
    for process in family(leader):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def peak_rss_bytes(leader: psutil.Process) -> int:
    """Sum of the highest resident sizes of the family; what they share counts for each."""
    total = 0
    for process in family(leader):
        with suppress(psutil.NoSuchProcess):
            total += _peak(process)
    return total


def _peak(process: psutil.Process) -> int:
    with suppress(OSError):
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        if high_water := re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE):
            return int(high_water[1]) * 1024
    # Only Linux keeps the peak; elsewhere it is what is resident now.
    return int(process.memory_info().rss)
