"""Checks before a run whether the machine is idle enough to measure on, and returns warnings.

Nothing of the run may be working meanwhile: what is seen is taken for other programs'.
"""

import errno
import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.environment.processors import STOLEN, WORK, Pinning, spent

SECONDS = 1.0
# Of each CPU's time: what others use, and what the host of a virtual machine takes away.
MOST_BUSY, MOST_STOLEN = 0.05, 0.01
# Processes that wait for a CPU, by the average of the last minute, for each CPU.
MOST_LOAD = 0.3
# Bytes. Results take some MB, a database of a million products about one GB; below FULL nothing is written safely.
LEAST_MEMORY, LEAST_SPACE, FULL = 1 << 30, 2 << 30, 64 << 20
STEADY_GOVERNORS = ("performance", "userspace")


@dataclass(frozen=True)
class Observation:
    """What was seen. Shares are of each CPU's time, by its number; space is by what is kept there; sizes are bytes."""

    busy: dict[int, float]
    stolen: dict[int, float]
    load_average: float
    governors: dict[int, str]
    memory: int
    space: dict[str, int]
    is_on_battery: bool


def preflight(pinning: Pinning, workers: int, directories: dict[str, Path], seconds: float = SECONDS) -> list[str]:
    """Return warnings about the machine as sentences; none when it is idle.

    `directories` are where something will be written, by what they hold: `{"the results": ..., "the data": ...}`.
    """
    return [*unpinned(pinning, workers), *disturbances(observe(directories, seconds))]


def require_disk_space(directories: dict[str, Path]) -> None:
    """Raises OSError (ENOSPC) with the place where there is no room left for results or data."""
    for what, directory in directories.items():
        if (free := _free(directory)) < FULL:
            raise OSError(errno.ENOSPC, f"the disk for {what} is full ({_size(free)} free)", str(directory))


def observe(directories: dict[str, Path], seconds: float) -> Observation:
    """Watch the machine for so long."""
    before, began = psutil.cpu_times(percpu=True), time.monotonic()
    time.sleep(seconds)
    after, elapsed = psutil.cpu_times(percpu=True), time.monotonic() - began
    cpus = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else range(len(after))

    def share(cpu: int, kinds: Sequence[str]) -> float:
        return sum(spent(*([getattr(times[cpu], kind, 0.0) for kind in kinds] for times in (before, after)))) / elapsed

    return Observation(
        busy={cpu: share(cpu, WORK) for cpu in cpus},
        stolen={cpu: share(cpu, [STOLEN]) for cpu in cpus},
        load_average=os.getloadavg()[0],
        governors={cpu: governor for cpu in cpus if (governor := _governor(cpu))},
        memory=psutil.virtual_memory().available,
        space={what: _free(directory) for what, directory in directories.items()},
        is_on_battery=_is_on_battery(),
    )


def disturbances(seen: Observation) -> list[str]:
    """What of it is beyond the thresholds."""
    said = [f"Other programs use {_percent(share)} of CPU {cpu}." for cpu, share in _above(MOST_BUSY, seen.busy)]
    said += [
        f"The host takes {_percent(share)} of CPU {cpu} away (steal)."
        for cpu, share in _above(MOST_STOLEN, seen.stolen)
    ]
    if seen.load_average > MOST_LOAD * len(seen.busy):
        said.append(
            f"The load average is {seen.load_average:.1f} on {len(seen.busy)} CPUs: something was running just now."
        )
    unsteady = {governor for governor in seen.governors.values() if governor not in STEADY_GOVERNORS}
    said += [f"The CPUs change their frequency with the load (governor {name})." for name in sorted(unsteady)]
    if seen.is_on_battery:
        said.append("The machine runs on its battery, and may slow down to save it.")
    if seen.memory < LEAST_MEMORY:
        said.append(f"Only {_size(seen.memory)} of memory are free: it may swap.")
    said += [f"Only {_size(free)} are free on the disk for {what}." for what, free in _below(LEAST_SPACE, seen.space)]
    return said


def unpinned(pinning: Pinning, workers: int) -> list[str]:
    """Why the server does not have CPUs of its own, one for each worker, if so."""
    if pinning.server is None:
        reason = "there is only one" if hasattr(os, "sched_getaffinity") else "this system cannot pin processes"
        return [
            f"The server has no CPU of its own ({reason}): server, PostgreSQL and load generator disturb each other."
        ]
    if len(pinning.server) < workers:
        return [
            f"{workers} workers share {len(pinning.server)} CPU(s): there are no more besides the load generator's."
        ]
    return []


def _governor(cpu: int) -> str | None:
    with suppress(OSError):
        return Path(f"/sys/devices/system/cpu/cpu{cpu}/cpufreq/scaling_governor").read_text(encoding="utf-8").strip()
    return None


def _is_on_battery() -> bool:
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    return battery is not None and battery.power_plugged is False


def _free(directory: Path) -> int:
    there = next(place for place in (directory, *directory.absolute().parents) if place.exists())
    return psutil.disk_usage(str(there)).free


def _above(threshold: float, shares: dict[int, float]) -> Iterable[tuple[int, float]]:
    return ((cpu, share) for cpu, share in shares.items() if share > threshold)


def _below(threshold: int, sizes: dict[str, int]) -> Sequence[tuple[str, int]]:
    return [(what, size) for what, size in sizes.items() if size < threshold]


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _size(size: int) -> str:
    return f"{size / 2**30:.1f} GiB" if size >= 1 << 30 else f"{size / 2**20:.0f} MiB"
