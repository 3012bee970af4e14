"""The physical cores of the machine: which logical processors are hardware threads of the same core."""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

CPU_DIRECTORY = Path("/sys/devices/system/cpu")
_RANGE = re.compile(r"(\d+)(?:-(\d+))?")


def physical_cores(cpus: Iterable[int], directory: Path = CPU_DIRECTORY) -> list[tuple[int, ...]]:
    """Group logical processors by physical core, in the order of the lowest number of each group.

    Only `cpus` are in the groups. A processor whose siblings the system does not report is a core of its own.
    """
    left = set(cpus)
    cores = []
    for cpu in sorted(left):
        if cpu in left:
            core = {cpu, *_siblings(cpu, directory)} & left
            left -= core
            cores.append(tuple(sorted(core)))
    return cores


def _siblings(cpu: int, directory: Path) -> set[int]:
    with suppress(OSError):
        return _numbers((directory / f"cpu{cpu}/topology/thread_siblings_list").read_text(encoding="ascii"))
    return set()


def _numbers(text: str) -> set[int]:
    """Return the numbers of a list of the kernel, such as `0-2,7`."""
    ranges = ((int(match[1]), int(match[2] or match[1])) for match in _RANGE.finditer(text))
    return {number for first, last in ranges for number in range(first, last + 1)}
