"""What is said of a machine before it is measured on."""

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.environment import preflight
from benchmarks.environment.preflight import (
    FULL,
    LEAST_MEMORY,
    LEAST_SPACE,
    Observation,
    disturbances,
    require_disk_space,
    unpinned,
)
from benchmarks.environment.processors import Pinning

QUIET = Observation(
    busy={0: 0.01, 1: 0.0},
    stolen={0: 0.0, 1: 0.0},
    load_average=0.1,
    governors={0: "performance", 1: "performance"},
    memory=LEAST_MEMORY,
    space={"the results": LEAST_SPACE},
    is_on_battery=False,
)
APART = Pinning(frozenset({0}), frozenset({1}))


def test_an_idle_machine_gives_no_warning() -> None:
    assert disturbances(QUIET) == []
    assert disturbances(replace(QUIET, governors={})) == []
    assert unpinned(APART, 1) == []


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (replace(QUIET, busy={0: 0.01, 1: 0.34}), "Other programs use 34% of CPU 1."),
        (replace(QUIET, stolen={0: 0.05, 1: 0.0}), "The host takes 5% of CPU 0 away (steal)."),
        (replace(QUIET, load_average=3.2), "The load average is 3.2 on 2 CPUs: something was running just now."),
        (
            replace(QUIET, governors={0: "powersave", 1: "powersave"}),
            "The CPUs change their frequency with the load (governor powersave).",
        ),
        (replace(QUIET, is_on_battery=True), "The machine runs on its battery, and may slow down to save it."),
        (replace(QUIET, memory=300 << 20), "Only 300 MiB of memory are free: it may swap."),
        (replace(QUIET, space={"the data": 3 << 29}), "Only 1.5 GiB are free on the disk for the data."),
    ],
)
def test_each_disturbance_gives_one_warning(seen: Observation, said: str) -> None:
    assert disturbances(seen) == [said]


def test_a_cpu_that_is_missing_for_pinning_is_named() -> None:
    assert "no CPU of its own" in unpinned(Pinning(None, None), 1)[0]
    assert unpinned(APART, 4) == ["4 workers share 1 CPU(s): there are no more besides the load generator's."]


def test_a_full_disk_stops_a_run_and_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_disk_space({"the results": tmp_path / "not" / "made" / "yet"})
    monkeypatch.setattr(preflight, "_free", lambda _: FULL - 1)
    with pytest.raises(OSError, match=r"the disk for the results is full \(64 MiB free\)") as caught:
        require_disk_space({"the results": tmp_path})
    assert caught.value.errno == errno.ENOSPC


def test_preflight_runs_on_this_machine(tmp_path: Path) -> None:
    seen = preflight.observe({"the results": tmp_path}, seconds=0.05)
    assert seen.busy.keys() == seen.stolen.keys() != set()
    assert all(share >= 0 for share in seen.busy.values())
    assert seen.memory > 0
    assert seen.space["the results"] > 0
    assert all(isinstance(said, str) for said in preflight.preflight(APART, 1, {"the results": tmp_path}, 0.05))
