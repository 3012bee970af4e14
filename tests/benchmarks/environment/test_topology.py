"""The server gets whole physical cores: no other process of the benchmark runs on a hardware thread of its cores."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.environment import processors
from benchmarks.environment.preflight import pinning_warnings
from benchmarks.environment.processors import Pinning, assigned_processors
from benchmarks.environment.topology import physical_cores


def topology(directory: Path, cores: Sequence[str]) -> Path:
    """Write the files in which Linux describes the cores, each as its list of logical processors: `0-1`, `0,4`."""
    for core in cores:
        first, _, last = core.partition("-")
        numbers = range(int(first), int(last) + 1) if last else map(int, core.split(","))
        for number in numbers:
            path = directory / f"cpu{number}" / "topology" / "thread_siblings_list"
            path.parent.mkdir(parents=True)
            path.write_text(f"{core}\n", encoding="ascii")
    return directory


@pytest.mark.parametrize(
    ("cores", "allowed", "groups"),
    [
        (["0", "1"], {0, 1}, [(0,), (1,)]),
        (["0-1"], {0, 1}, [(0, 1)]),
        (["0-1", "2-3"], {0, 1, 2, 3}, [(0, 1), (2, 3)]),
        (["0,4", "1,5", "2,6", "3,7"], set(range(8)), [(0, 4), (1, 5), (2, 6), (3, 7)]),
        # This process may use only some processors of the machine.
        (["0,4", "1,5", "2,6", "3,7"], {1, 2, 5, 7}, [(1, 5), (2,), (7,)]),
        (["0-7", "8-15"], {3, 9, 11}, [(3,), (9, 11)]),
        # The system reports no cores.
        ([], {0, 1, 2}, [(0,), (1,), (2,)]),
    ],
)
def test_logical_processors_are_grouped_by_physical_core(
    tmp_path: Path, cores: list[str], allowed: set[int], groups: list[tuple[int, ...]]
) -> None:
    assert physical_cores(allowed, topology(tmp_path, cores)) == groups


@pytest.mark.parametrize(
    ("cores", "workers", "server", "others", "idle"),
    [
        (["0", "1"], 1, {0}, {1}, set()),
        (["0", "1", "2", "3"], 2, {0, 1}, {2, 3}, set()),
        (["0", "1", "2", "3"], 8, {0, 1, 2}, {3}, set()),
        # One worker has a core for itself: the core's second hardware thread is idle.
        (["0-1", "2-3"], 1, {0}, {2, 3}, {1}),
        (["0,4", "1,5", "2,6", "3,7"], 1, {0}, {1, 2, 3, 5, 6, 7}, {4}),
        (["0,4", "1,5", "2,6", "3,7"], 2, {0, 1}, {2, 3, 6, 7}, {4, 5}),
        # Workers use the second hardware threads when there are no more cores.
        (["0,4", "1,5", "2,6", "3,7"], 4, {0, 1, 2, 4}, {3, 7}, {5, 6}),
        (["0,4", "1,5", "2,6", "3,7"], 64, {0, 1, 2, 4, 5, 6}, {3, 7}, set()),
        (["0-3", "4-7"], 2, {0, 1}, {4, 5, 6, 7}, {2, 3}),
    ],
)
def test_the_server_gets_physical_cores_of_its_own(
    tmp_path: Path, cores: list[str], workers: int, server: set[int], others: set[int], idle: set[int]
) -> None:
    pinning = processors.assign(physical_cores(server | others | idle, topology(tmp_path, cores)), workers)
    assert pinning == Pinning(frozenset(server), frozenset(others), frozenset(idle), is_core_shared=False)


@pytest.mark.parametrize(
    ("threads", "workers", "server", "others"), [("0-1", 1, {0}, {1}), ("0-3", 2, {0, 1}, {2, 3}), ("0-1", 4, {0}, {1})]
)
def test_a_single_core_is_shared_and_the_report_says_so(
    tmp_path: Path, threads: str, workers: int, server: set[int], others: set[int]
) -> None:
    pinning = processors.assign(physical_cores(server | others, topology(tmp_path, [threads])), workers)
    assert pinning == Pinning(frozenset(server), frozenset(others), is_core_shared=True)
    warning = pinning_warnings(pinning, 1)[0]
    assert "one physical core" in warning
    assert "the load generator and PostgreSQL" in warning


def test_a_single_processor_is_not_pinned(tmp_path: Path) -> None:
    assert processors.assign(physical_cores({3}, topology(tmp_path, ["3-4"])), 1) == Pinning(None, None)


def test_the_processors_of_this_process_are_assigned_without_overlap() -> None:
    pinning = assigned_processors(1)
    groups = [set(pinning.server or ()), set(pinning.others or ()), set(pinning.idle)]
    assigned = set[int]().union(*groups)
    assert len(assigned) == sum(map(len, groups))
    available = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    assert assigned == (available if len(available) > 1 else set())
