"""Preflight returns warnings about a machine that is not idle."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.environment import preflight
from benchmarks.environment.disks import used_disks
from benchmarks.environment.preflight import (
    MIN_MEMORY,
    MIN_SPACE,
    Observation,
    machine_warnings,
    pinning_warnings,
)
from benchmarks.environment.processors import Pinning

IDLE = Observation(
    busy={0: 0.01, 1: 0.0},
    steal={0: 0.0, 1: 0.0},
    load_average=0.1,
    governors={0: "performance", 1: "performance"},
    memory=MIN_MEMORY,
    space={"the results": MIN_SPACE},
    is_on_battery=False,
)
TWO_CPUS = Pinning(frozenset({0}), frozenset({1}))


def test_an_idle_machine_gives_no_warning() -> None:
    assert machine_warnings(IDLE) == []
    assert machine_warnings(replace(IDLE, governors={})) == []
    assert pinning_warnings(TWO_CPUS, 1) == []


@pytest.mark.parametrize(
    ("observed", "warning"),
    [
        (replace(IDLE, busy={0: 0.01, 1: 0.34}), "Other programs use 34% of CPU 1."),
        (replace(IDLE, steal={0: 0.05, 1: 0.0}), "The host takes 5% of CPU 0 (steal time)."),
        (replace(IDLE, load_average=3.2), "The load average is 3.2 on 2 CPUs: other programs were active."),
        (
            replace(IDLE, governors={0: "powersave", 1: "powersave"}),
            "The CPUs change their frequency with the load (governor powersave).",
        ),
        (replace(IDLE, is_on_battery=True), "The machine runs on battery and may reduce its speed."),
        (replace(IDLE, memory=300 << 20), "Only 300 MiB of memory are free: the machine may swap."),
        (replace(IDLE, space={"the data": 3 << 29}), "Only 1.5 GiB are free on the disk for the data."),
    ],
)
def test_each_value_outside_its_limit_gives_one_warning(observed: Observation, warning: str) -> None:
    assert machine_warnings(observed) == [warning]


def test_too_few_cpus_for_pinning_give_a_warning() -> None:
    assert "no reserved CPU" in pinning_warnings(Pinning(None, None), 1)[0]
    assert pinning_warnings(TWO_CPUS, 4) == ["4 workers share 1 CPU(s): the load generator needs the last core."]


def test_preflight_runs_on_this_machine(tmp_path: Path) -> None:
    observed = preflight.observe(used_disks(tmp_path), seconds=0.05)
    assert observed.busy.keys() == observed.steal.keys() != set()
    assert all(share >= 0 for share in observed.busy.values())
    assert observed.memory > 0
    assert observed.space["the results"] > 0
    warnings = preflight.preflight(TWO_CPUS, 1, used_disks(tmp_path), 0.05)
    assert all(isinstance(warning, str) for warning in warnings)
