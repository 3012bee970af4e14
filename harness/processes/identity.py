"""The identity and the age of a process, measured with clocks that cannot be set."""

import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil

_HAS_PROC = Path("/proc/self/stat").is_file()


def identity(pid: int) -> str | None:
    """Return a text that no other process has, even if it gets the same id later.

    Returns None if the process has ended, is a zombie, or is hidden from this user. The text does not contain the
    time of day at which the process started: psutil's value for it changes when somebody sets the clock.
    """
    if _HAS_PROC:
        started = _start_ticks(pid)
        return None if started is None else f"{_boot_id()} {started}"
    return _start_from_ps(pid)


def age(process: psutil.Process) -> float:
    """Return the seconds since the process started."""
    if _HAS_PROC and (started := _start_ticks(process.pid)) is not None:
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started / os.sysconf("SC_CLK_TCK")
    return time.time() - process.create_time()


def _start_ticks(pid: int) -> int | None:
    """Return the start of a process, in clock ticks since the machine booted."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return None
    # The second field is the program's name in parentheses. The name may contain spaces and parentheses.
    state, *fields = stat.rpartition(b")")[2].split()
    return None if state in {b"Z", b"X"} else int(fields[18])


def _boot_id() -> str:
    with suppress(OSError):
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    return ""


def _start_from_ps(pid: int) -> str | None:
    """Return the start of a process as macOS recorded it. psutil would adjust it when the clock is set."""
    variables = {**os.environ, "LC_ALL": "C", "TZ": "UTC"}
    command = ["ps", "-o", "stat=", "-o", "lstart=", "-p", str(pid)]
    result = subprocess.run(command, env=variables, capture_output=True, text=True, encoding="ascii", errors="replace")
    state, _, started = result.stdout.strip().partition(" ")
    return None if state[:1] in {"", "Z"} else started.strip()
