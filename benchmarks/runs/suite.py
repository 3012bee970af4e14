"""Defines the parts of `make bench-full`. The first ones are those of `make bench`: see `head_to_head`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.cells import Load
from benchmarks.layers import pgbench
from benchmarks.results import Part
from benchmarks.runs.bench import Bench
from benchmarks.runs.cold_start import measure_cold_starts
from benchmarks.runs.fanout import measure_fanout
from benchmarks.runs.head_to_head import head_to_head
from benchmarks.runs.special_parts import COLD_START, FANOUT, special_parts
from benchmarks.settings import LAYER_VARIANTS, MIN_SIZE, READ_ONLY_VARIANTS, VARIANTS, Settings

OPEN, LAYERS, GROWTH, LOAD, VARIANTS_PART, MEMORY = "open", "layers", "growth", "load", "variants", "memory"
CLOSED = tuple(Load(users=users) for users in (1, 4, 8, 16, 32, 64, 128))
SHARES = tuple(Load(share=share) for share in (0.3, 0.6, 0.9))
GROWING = (
    *("product_detail", "product_page_first", "product_page_500", "product_filter", "product_search"),
    *("category_list", "order_place"),
)
# The first size is the baseline of the others.
SIZES = (10_000, 1_000, 100_000, 1_000_000)
# The shortest open load. It lasts longer if its arrivals need more time.
OPEN_SECONDS = 0.25
# The part `memory` sends 25,200 requests of `shopper` in intervals and records the peak memory of each.
MEMORY_INTERVALS, REQUESTS_PER_INTERVAL, INTERVAL_SECONDS = 12, 2_100, 7.5


@dataclass(frozen=True)
class Extra:
    """An additional measurement of a part. `measure` returns what is added to the `extra` of the part."""

    description: str
    measure: Callable[[Bench, Part], dict[str, Any]]


def full(settings: Settings) -> list[Part]:
    """Return all parts. `settings` has the number of rounds and the seed, and the durations of a smoke run.

    Parts with verdicts have two turns. Growth and load are curves: their rows have intervals, but too few rounds for
    verdicts on so many rows.
    """
    short = settings if settings.is_smoke else replace(settings, duration=0.4, warm_up=0.1, latency_seconds=0.0)
    long = replace(settings, turns=1, duration=0.8)
    open_seconds = short.duration if settings.is_smoke else OPEN_SECONDS
    parts = {
        OPEN: replace(short, loads=(*settings.loads, *SHARES), duration=open_seconds),
        LAYERS: replace(short, variants=LAYER_VARIANTS, scenarios=pgbench.READS),
        GROWTH: replace(short, scenarios=GROWING, sizes=SIZES, rounds=min(settings.rounds, 3)),
        LOAD: replace(long, scenarios=("product_list", "shopper"), loads=CLOSED, rounds=min(settings.rounds, 3)),
        VARIANTS_PART: replace(
            short, variants=(*VARIANTS, *READ_ONLY_VARIANTS), scenarios=("product_detail", "product_list")
        ),
        MEMORY: replace(
            long,
            scenarios=("shopper",),
            rounds=1,
            loads=settings.loads * MEMORY_INTERVALS,
            requests=REQUESTS_PER_INTERVAL,
            latency_seconds=0.0,
            duration=INTERVAL_SECONDS,
        ),
    }
    if settings.is_smoke:
        parts = {name: _smoke(name, each) for name, each in parts.items()}
    parts |= special_parts(long)
    return [*head_to_head(settings), *(Part(name, each) for name, each in parts.items())]


def _smoke(name: str, settings: Settings) -> Settings:
    """Return the shortest settings that measure everything in the part."""
    short: dict[str, Any] = {"rounds": 1, "turns": 1, "duration": 0.1, "warm_up": 0.05, "requests": None}
    if name == OPEN:
        short["scenarios"] = settings.scenarios[:2]
    if name == VARIANTS_PART:
        short["workers"] = (2,)
    if name == LOAD:
        short["loads"] = (CLOSED[0], CLOSED[-1])
    if name == GROWTH:
        short["sizes"] = (MIN_SIZE, 2 * MIN_SIZE)
    return replace(settings, **short)


def _pgbench(bench: Bench, part: Part) -> dict[str, Any]:
    """Measure the same SQL with pgbench."""
    (size,) = part.settings.sizes
    seconds = max(1, round(part.settings.rounds * part.settings.duration))
    with bench.data(size) as url:
        bench.settle()
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
    """Return, by variant, pairs of the number of requests so far and the peak memory of the last interval in bytes."""
    points: dict[str, list[list[float]]] = {}
    for run in part.finished_runs():
        requests = 0.0
        for cell in run.cells:
            requests += cell.requests
            points.setdefault(run.subject.variant, []).append([round(requests), cell.peak_rss])
    return {"memory": points}


EXTRAS: Mapping[str, Extra] = {
    LAYERS: Extra("measuring the same SQL with pgbench", _pgbench),
    MEMORY: Extra("collecting the peak memory", _memory),
    COLD_START: Extra("starting the servers several times", measure_cold_starts),
    FANOUT: Extra("sending events to the clients of the WebSocket", measure_fanout),
}
