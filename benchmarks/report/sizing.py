"""What a load needs at each level: CPUs, worker processes and memory, from the measured cost of a request.

`templates/page.js` computes the same for the load that the reader enters.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from benchmarks.analysis.overall import KINDS
from benchmarks.analysis.summary import Summary
from benchmarks.report.levels import Pair, pairs
from benchmarks.results import Results

PER_SECOND, UTILISATION = 1000, 60
_MEGABYTE, _MILLION = 1e6, 1e6


@dataclass(frozen=True)
class Side:
    """A side at a level. `costs` has, by scenario, the server CPU per request in microseconds, and the memory of a
    worker process in bytes, None if it was not measured."""

    level: str
    name: str
    costs: Mapping[str, tuple[float, float | None]]


@dataclass(frozen=True)
class Need:
    """What a load needs. `cpu_seconds` is the server CPU of a million requests, `memory` is in MB.

    `requests` names the scenarios that the level has of the mix.
    """

    level: str
    side: str
    requests: list[str]
    cpu_seconds: float
    cpus: float
    workers: int
    memory: float | None


def sides(results: Results, summaries: Sequence[Summary]) -> list[Side]:
    """Return both sides of each level with the costs of their valid scenarios; none for a smoke run."""
    if any(part.settings.is_smoke for part in results.parts):
        return []
    found: dict[tuple[str, str], Side] = {}
    for pair in pairs(results, summaries):
        for position, name in enumerate(pair.sides):
            side = Side(pair.level.name, name, _costs(pair, position))
            if side.costs:
                found.setdefault((side.level, side.name), side)
    return list(found.values())


def mixes(some: Sequence[Side]) -> dict[str, list[str]]:
    """Return the scenarios of each mix that was measured: reads and writes in equal shares, and each scenario alone."""
    measured = list(dict.fromkeys(name for side in some for name in side.costs))
    found: dict[str, list[str]] = {kind: [name for name in names if name in measured] for kind, names in KINDS.items()}
    found |= {name: [name] for name in measured}
    return {mix: names for mix, names in found.items() if names}


def needs(some: Sequence[Side], mix: Sequence[str], per_second: float, utilisation: float) -> list[Need]:
    """Return what each side needs for a number of requests per second.

    `mix` has the scenarios, in equal shares. `utilisation` is the share of each CPU in percent that the server may use.
    Sides without a cost of these scenarios are left out.
    """
    return [
        _need(side, names, per_second, utilisation)
        for side in some
        if (names := [name for name in mix if name in side.costs])
    ]


def as_json(some: Sequence[Side], all_mixes: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the data of the calculator in the page."""
    return {
        "sides": [{"level": side.level, "name": side.name, "costs": dict(side.costs)} for side in some],
        "mixes": {name: list(names) for name, names in all_mixes.items()},
    }


def _costs(pair: Pair, position: int) -> dict[str, tuple[float, float | None]]:
    rows = {name: pair.rows(name, pair.closed)[position] for name in pair.part.settings.scenarios}
    return {
        name: (row.server_cpu, row.pss_per_worker)
        for name, row in rows.items()
        if row and name not in pair.summary.invalid and math.isfinite(row.server_cpu)
    }


def _need(side: Side, names: list[str], per_second: float, utilisation: float) -> Need:
    cost = fmean(side.costs[name][0] for name in names)
    cpus = per_second * cost / _MILLION / (utilisation / 100)
    workers = max(1, math.ceil(cpus))
    memories = [memory for name in names if (memory := side.costs[name][1]) is not None]
    memory = workers * max(memories) / _MEGABYTE if memories else None
    return Need(side.level, side.name, names, cost, cpus, workers, memory)
