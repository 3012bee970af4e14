"""Synthetic results with all parts of a full run, for tests of the reports."""

import random
from collections import Counter
from dataclasses import replace
from typing import Any

from benchmarks.cells import Cell, Load
from benchmarks.results import Part, Results, Run
from benchmarks.settings import LAYER_VARIANTS, Settings, Subject, Variant

USERS = (1, 2, 4, 8, 16, 32, 64, 128)
RATES = (100.0, 200.0, 400.0, 800.0)
LOADS = (Load(users=8), Load(share=0.6))
OPEN_SCENARIOS = ("product_detail", "product_list", "order_history", "order_place", "shopper")
TUTORIALS: tuple[Variant, ...] = ("tutorial-django", "tutorial-fastapi")
GROWING = (
    *("product_detail", "product_page_first", "product_page_500", "product_filter"),
    *("product_search", "category_list", "order_place"),
)
# Microseconds of CPU per request: of the server by variant, of PostgreSQL and of the server by scenario.
_SERVER = {
    "bare": 200,
    "django-tutorial": 6500,
    "django": 1100,
    "django-tutorial-persistent": 4500,
    "django-drf": 1000,
    "django-orm": 900,
    "django-orm-cached": 700,
    "django-raw": 600,
    "bare-wsgi": 400,
    "fastapi-tutorial": 1200,
    "fastapi": 480,
    "fastapi-pydantic": 440,
    "fastapi-sqlalchemy": 400,
    "fastapi-raw": 300,
    "tutorial-django": 5400,
    "tutorial-fastapi": 1150,
    "django-sync": 1300,
    "django-asgi": 1900,
}
_DATABASE = {"product_search": 900, "category_list": 700, "order_place": 800, "shopper": 500}
_HEAVY = {"login": 30_000, "category_list": 150, "order_history": 700, "product_list": 300}


def main(rounds: int = 5, of: int | None = None, **changes: Any) -> Part:
    """Return the part that `make bench` measures. `rounds` of `of` rounds are finished."""
    return new_part("main", rounds, rounds=of or rounds, **changes)


def full() -> Results:
    """Return a full run: all parts, finished."""
    parts = [*levels().parts, variants(), load(), layers(), growth(), memory()]
    return Results(parts, command="make bench-full", sessions=[session()], code_sizes=code_sizes())


def plain(**changes: Any) -> Results:
    """Return a run of `make bench`."""
    return Results([main(**changes)], command="make bench", sessions=[session()])


def small(**changes: Any) -> Results:
    """Return a run of three scenarios: a fast one, a slow one, and one that PostgreSQL limits."""
    return plain(scenarios=("product_detail", "login", "product_search"), **changes)


def with_error(results: Results, variant: str, scenario: str, example: str) -> Results:
    """Return the run with an error of a variant in the second round."""
    for part in results.parts:
        part.runs = [
            replace(
                run,
                cells=[
                    replace(cell, errors=1, examples=[example]) if cell.scenario == scenario else cell
                    for cell in run.cells
                ],
            )
            if (run.subject.variant, run.round) == (variant, 2)
            else run
            for run in part.runs
        ]
    return results


def levels(**changes: Any) -> Results:
    """Return a run of the three parts that the main table shows. `changes` are settings of all of them."""
    return Results(
        [main(loads=LOADS, open_scenarios=OPEN_SCENARIOS, **changes), tutorial(**changes), deployed(**changes)],
        command="make bench",
        sessions=[session()],
    )


def tutorial(**changes: Any) -> Part:
    """Return the part that measures the tutorial shops."""
    chosen = {"scenarios": ("product_detail", "product_list", "order_place"), **changes}
    return new_part("tutorial", 5, variants=TUTORIALS, **chosen)


def deployed(**changes: Any) -> Part:
    """Return the part that measures the implementations with a worker for each CPU."""
    return new_part("deployed", 5, workers=(2,), is_pinned=False, **{"loads": (Load(users=16),), **changes})


def variants() -> Part:
    return new_part(
        "variants",
        3,
        variants=("django", "django-sync", "django-asgi", "fastapi"),
        workers=(1, 2, 4),
        scenarios=("product_detail", "order_place"),
        turns=1,
    )


def load() -> Part:
    loads = (*(Load(users=users) for users in USERS), *(Load(rate=rate) for rate in RATES))
    return new_part("load", 3, loads=loads, scenarios=("product_list", "shopper"), turns=1)


def layers() -> Part:
    part = new_part("layers", 5, variants=LAYER_VARIANTS, scenarios=("product_detail", "product_list"), turns=1)
    limits = {"per_second": 21_000.0, "latency_ms": 0.19, "database_cpu": 41.0}
    part.extra["pgbench"] = {"product_detail": limits, "product_list": {**limits, "database_cpu": 160.0}}
    return part


def growth() -> Part:
    return new_part("growth", 3, sizes=(10_000, 1_000, 100_000, 1_000_000), scenarios=GROWING, turns=1)


def memory() -> Part:
    part = new_part("memory", 1, scenarios=("shopper",), turns=1)
    part.extra["memory"] = {
        "django": [[step * 2000, 88e6 + min(step, 6) * 1e6] for step in range(51)],
        "fastapi": [[step * 2000, 76e6 + min(step, 9) * 1e6] for step in range(51)],
    }
    return part


def session(**changes: Any) -> dict[str, Any]:
    """Return synthetic provenance."""
    return {
        "date": "2026-03-01T09:30:00+00:00",
        "commit": "0123456789ab",
        "python": "CPython 3.13.9",
        "cpu": "Made-up Processor",
        "cpus": 2,
        "memory_gib": 8.0,
        "kernel": "Linux 6.12 x86_64",
        "packages": {"django": "6.1", "fastapi": "0.165"},
        "postgresql": {"server_version": "18.0", "shared_buffers": "128MB"},
        "generator": {"per_second": 9000.0, "cpu_per_request": 105.0},
        "noise": ["Other programs used 12% of the CPUs before the run began."],
        **changes,
    }


def code_sizes() -> dict[str, dict[str, Any]]:
    return {
        "django": {"packages": 21, "installed_bytes": 61_234_567, "feature_lines": 905, "adapter_lines": 1400},
        "fastapi": {"packages": 24, "installed_bytes": 58_765_432, "feature_lines": 948, "adapter_lines": 1310},
    }


def new_part(name: str, finished: int, **chosen: Any) -> Part:
    """Return a part with `finished` rounds. `chosen` are settings."""
    settings = Settings(**{"rounds": finished, "duration": 2.0, **chosen})
    part = Part(name, settings, budget=["Keep-alive of 75 s, no access log."])
    part.statements = {
        variant: {scenario: 1.0 + len(scenario) % 3 for scenario in settings.scenarios} for variant in settings.variants
    }
    source = random.Random(name)
    for number in range(1, finished + 1):
        for position, subject in enumerate(settings.order(number), 1):
            cells = [
                _cell(scenario, each, subject, source, settings)
                for scenario in settings.scenarios
                for each in settings.loads_of(scenario)
            ]
            part.runs.append(Run(number, position, subject, cells))
    return part


def _cell(scenario: str, load: Load, subject: Subject, source: random.Random, settings: Settings) -> Cell:
    server = _server(subject, scenario) * source.uniform(0.985, 1.015)
    database = (120 + _DATABASE.get(scenario, 0)) * (1 + 0.15 * (subject.size > 500_000)) * source.uniform(0.97, 1.03)
    capacity = min(subject.workers * 0.97e6 / server, 1e6 / (database + 110))
    arrivals = load.rate
    if load.share:
        arrivals = load.share * 0.9e6 / max(_server(each, scenario) for each in settings.subjects)
    demand = arrivals or (load.users or 1) * 1e6 / (server + database + 300)
    rate = min(capacity, demand)
    middle = 1e6 * (load.users or 1) / rate if arrivals is None else server + database + 400 * demand / capacity
    excess = 0.0 if arrivals is None else max(0.0, demand - capacity)
    latencies = Counter(round(middle * source.lognormvariate(-0.05, 0.25) / 10) * 10 for _ in range(400))
    memory = 8e7 * (1 + 0.1 * subject.workers) * source.uniform(0.99, 1.01)
    return Cell(
        scenario=scenario,
        load=load,
        requests=rate * 2,
        seconds=2.0,
        latencies=dict(latencies),
        errors=0,
        examples=[],
        server_cpu=rate * 2 * server / 1e6,
        generator_cpu=rate * 2 * 110 / 1e6,
        database_cpu=rate * 2 * database / 1e6,
        intruder_cpu=0.01,
        peak_rss=round(memory),
        late=round(excess / demand * 200),
        dropped=round(excess / demand * 100),
        rate=arrivals,
        pss=round(memory * 0.9),
        workers=subject.workers,
    )


def _server(subject: Subject, scenario: str) -> float:
    """Return the microseconds of server CPU per request. Writes cost both implementations nearly the same."""
    if scenario in {"order_place", "product_create"} and subject.variant in {"django", "fastapi"}:
        return 1500.0
    return float(_SERVER[subject.variant] + _HEAVY.get(scenario, 0))
