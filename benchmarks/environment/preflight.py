"""Checks before a run whether the machine is idle, and returns warnings.

No process of the run may be active during the check, because all CPU time is attributed to other programs.
"""

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.environment.disks import REQUIRED_SPACE, Disk, size_text
from benchmarks.environment.processors import BUSY, STEAL, Pinning, increases

SECONDS = 1.0
# Shares of a CPU's time: used by other programs, and taken by the host of a virtual machine.
MAX_BUSY, MAX_STEAL = 0.05, 0.01
# Load average of the last minute for each CPU.
MAX_LOAD = 0.3
# Bytes. Results take some MB, a database of a million products about 1.6 GB.
MIN_MEMORY, MIN_SPACE = 1 << 30, 2 << 30
FIXED_FREQUENCY_GOVERNORS = ("performance", "userspace")


@dataclass(frozen=True)
class Observation:
    """The state of the machine.

    `busy` and `steal` are shares of time by CPU number. `space` has free bytes by the names of the disks, and
    `memory` is in bytes.
    """

    busy: dict[int, float]
    steal: dict[int, float]
    load_average: float
    governors: dict[int, str]
    memory: int
    space: dict[str, int]
    is_on_battery: bool


def preflight(pinning: Pinning, workers: int, disks: Sequence[Disk], seconds: float = SECONDS) -> list[str]:
    """Observe the machine for `seconds` and return warnings as sentences; none if it is idle.

    `disks` are those that the run writes to.
    """
    return [*pinning_warnings(pinning, workers), *machine_warnings(observe(disks, seconds))]


def require_disks(disks: Sequence[Disk]) -> None:
    """Check that the run can write to its directories. Raises DiskFull below REQUIRED_SPACE bytes, NotWritable."""
    for disk in disks:
        disk.require_writable()
        if disk.free < REQUIRED_SPACE:
            raise disk.full()


def observe(disks: Sequence[Disk], seconds: float) -> Observation:
    """Measure the machine for `seconds`."""
    before, began = psutil.cpu_times(percpu=True), time.monotonic()
    time.sleep(seconds)
    after, elapsed = psutil.cpu_times(percpu=True), time.monotonic() - began
    cpus = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else range(len(after))

    def share(cpu: int, kinds: Sequence[str]) -> float:
        counters = ([getattr(times[cpu], kind, 0.0) for kind in kinds] for times in (before, after))
        return sum(increases(*counters)) / elapsed

    return Observation(
        busy={cpu: share(cpu, BUSY) for cpu in cpus},
        steal={cpu: share(cpu, [STEAL]) for cpu in cpus},
        load_average=os.getloadavg()[0],
        governors={cpu: governor for cpu in cpus if (governor := _governor(cpu))},
        memory=psutil.virtual_memory().available,
        space={disk.name: disk.free for disk in disks},
        is_on_battery=_is_on_battery(),
    )


def machine_warnings(observed: Observation) -> list[str]:
    """Return a warning for each value that is outside its limit."""
    busy, steal = _above(MAX_BUSY, observed.busy), _above(MAX_STEAL, observed.steal)
    warnings = [f"Other programs use {_percent(share)} of CPU {cpu}." for cpu, share in busy]
    warnings += [f"The host takes {_percent(share)} of CPU {cpu} (steal time)." for cpu, share in steal]
    cpus = len(observed.busy)
    if observed.load_average > MAX_LOAD * cpus:
        warnings.append(f"The load average is {observed.load_average:.1f} on {cpus} CPUs: other programs were active.")
    governors = set(observed.governors.values()) - set(FIXED_FREQUENCY_GOVERNORS)
    warnings += [f"The CPUs change their frequency with the load (governor {name})." for name in sorted(governors)]
    if observed.is_on_battery:
        warnings.append("The machine runs on battery and may reduce its speed.")
    if observed.memory < MIN_MEMORY:
        warnings.append(f"Only {size_text(observed.memory)} of memory are free: the machine may swap.")
    low = _below(MIN_SPACE, observed.space)
    warnings += [f"Only {size_text(free)} are free on the disk for {name}." for name, free in low]
    return warnings


def pinning_warnings(pinning: Pinning, workers: int) -> list[str]:
    """Return warnings if the server does not have a reserved CPU for each worker, on cores of its own."""
    if pinning.server is None:
        reason = "there is only one" if hasattr(os, "sched_getaffinity") else "this system cannot pin processes"
        return [f"The server has no reserved CPU ({reason}): server, PostgreSQL and load generator share the CPUs."]
    warnings = []
    if pinning.is_core_shared:
        warnings.append(
            "All CPUs are hardware threads of one physical core: the server shares it with the load generator and "
            "PostgreSQL, so their work slows the server."
        )
    if len(pinning.server) < workers:
        last = "CPU" if pinning.is_core_shared else "core"
        warnings.append(
            f"{workers} workers share {len(pinning.server)} CPU(s): the load generator needs the last {last}."
        )
    return warnings


def _governor(cpu: int) -> str | None:
    with suppress(OSError):
        return Path(f"/sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_governor").read_text(encoding="utf-8").strip()
    return None


def _is_on_battery() -> bool:
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    return battery is not None and battery.power_plugged is False


def _above(threshold: float, shares: dict[int, float]) -> Iterable[tuple[int, float]]:
    return ((cpu, share) for cpu, share in shares.items() if share > threshold)


def _below(threshold: int, sizes: dict[str, int]) -> Sequence[tuple[str, int]]:
    return [(name, size) for name, size in sizes.items() if size < threshold]


def _percent(share: float) -> str:
    return f"{share:.0%}"
