"""Defines the parts of a run: `make bench` measures the first, `make bench-full` all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.analysis.statistics import FEWEST_ROUNDS
from benchmarks.cells import Load
from benchmarks.layers import pgbench
from benchmarks.results import Part
from benchmarks.runs.rounds import Bench
from benchmarks.settings import LAYER_VARIANTS, LEAST_SIZE, VARIANTS, Settings

MAIN, VARIANTS_PART, LOAD, LAYERS, GROWTH, MEMORY = "main", "variants", "load", "layers", "growth", "memory"
CLOSED = tuple(Load(users=users) for users in (1, 2, 4, 8, 16, 32, 64, 128))
OPEN = tuple(Load(rate=rate) for rate in (25.0, 50.0, 100.0, 200.0, 400.0))
GROWING = (
    *("product_detail", "product_page_first", "product_page_500", "product_filter", "product_search"),
    *("category_list", "order_place"),
)
# The first is what the others are compared with.
SIZES = (10_000, 1_000, 100_000, 1_000_000)
# Of `shopper`, about a hundred thousand requests in all, and seconds that a stretch may take.
STRETCHES, STRETCH, STRETCH_SECONDS = 12, 8_500, 35.0


@dataclass(frozen=True)
class Extra:
    """An additional measurement of a part."""

    what: str
    measure: Callable[[Bench, Part], dict[str, Any]]


def full(main: Settings) -> list[Part]:
    """All parts; `main` is what `make bench` measures, and its size and seed those of the others but growth."""
    common = replace(main, turns=1, duration=0.8, warm_up=0.2)
    fewer = replace(common, rounds=min(main.rounds, FEWEST_ROUNDS))
    parts = {
        MAIN: main,
        LAYERS: replace(common, variants=LAYER_VARIANTS, scenarios=pgbench.READS, duration=1.5, warm_up=0.3),
        GROWTH: replace(common, scenarios=GROWING, sizes=SIZES),
        LOAD: replace(fewer, scenarios=("product_list", "shopper"), loads=(*CLOSED, *OPEN)),
        VARIANTS_PART: replace(
            fewer, variants=VARIANTS, workers=(1, 2, 4), scenarios=("product_detail", "order_place")
        ),
        MEMORY: replace(
            common,
            scenarios=("shopper",),
            rounds=1,
            loads=main.loads * STRETCHES,
            requests=STRETCH,
            duration=STRETCH_SECONDS,
        ),
    }
    if main.is_smoke:
        parts = {name: _short(name, settings) for name, settings in parts.items()}
    return [Part(name, settings) for name, settings in parts.items()]


def _short(name: str, settings: Settings) -> Settings:
    """Return the shortest settings that still measure everything in the part."""
    less: dict[str, Any] = {} if name == MAIN else {"rounds": 1, "duration": 0.1, "warm_up": 0.05, "requests": None}
    if name == VARIANTS_PART:
        less["workers"] = (2,)
    if name == LOAD:
        less["loads"] = (CLOSED[0], CLOSED[-1], OPEN[0])
    if name == GROWTH:
        less["sizes"] = (LEAST_SIZE, 2 * LEAST_SIZE)
    return replace(settings, **less)


def _limit(bench: Bench, part: Part) -> dict[str, Any]:
    """Measure the same SQL with pgbench, the upper limit of any framework."""
    (size,) = part.settings.sizes
    seconds = max(1, round(part.settings.rounds * part.settings.duration))
    with bench.data(size) as url:
        limits = {
            read: pgbench.measure(bench.server, url, read, bench.samples[size], seconds=seconds)
            for read in pgbench.READS
        }
    return {
        "pgbench": {
            read: {
                "per_second": limit.transactions_per_second,
                "latency_ms": limit.latency_milliseconds,
                "database_cpu": limit.database_cpu_microseconds,
            }
            for read, limit in limits.items()
        }
    }


def _memory(_bench: Bench, part: Part) -> dict[str, Any]:
    """By variant, the peak of each stretch after so many requests."""
    grown: dict[str, list[list[float]]] = {}
    for run in part.finished_runs():
        requests = 0.0
        for cell in run.cells:
            requests += cell.requests
            grown.setdefault(run.subject.variant, []).append([round(requests), cell.peak_rss])
    return {"memory": grown}


EXTRAS: Mapping[str, Extra] = {
    LAYERS: Extra("pgbench, the limit that the database sets", _limit),
    MEMORY: Extra("what memory came to", _memory),
}
