"""The identity and the age of a process, by clocks that cannot be set."""

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

_HAS_PROC = Path("/proc/self/stat").is_file()


def identity(pid: int) -> str | None:
    """What no earlier or later process of that number has; None when it is gone, dead, or hidden from this user.

    Not its start by the time of day: that moves whenever the clock is set.
    """
    if _HAS_PROC:
        started = _ticks(pid)
        return None if started is None else f"{_boot()} {started}"
    return _noted_start(pid)


def age(process: psutil.Process) -> float:
    """Seconds since the process started."""
    if _HAS_PROC and (started := _ticks(process.pid)) is not None:
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")
    return time.time() - process.create_time()


def _ticks(pid: int) -> int | None:
    """Its start in the kernel's ticks since the machine started."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    # The second field is the program's name in parentheses, which may hold either.
    state, *fields = stat.rpartition(b")")[2].split()
    return None if state in {b"Z", b"X"} else int(fields[18])


def _boot() -> str:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return ""


def _noted_start(pid: int) -> str | None:
    """Its start as macOS noted it when it happened; psutil would correct it for later steps of the clock."""
    variables = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    command = ["ps", "-o", "stat=", "-o", "lstart=", "-p", str(pid)]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, encoding="ascii", errors="replace")
    state, _, started = done.stdout.strip().partition(" ")
    return None if state[:1] in {"", "Z"} else started.strip()
