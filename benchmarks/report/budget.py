"""Sentences about the resources, the options and the load of a part, which are equal for all its variants."""

from benchmarks.environment.processors import Pinning
from benchmarks.report.tuning import TUNINGS
from benchmarks.settings import (
    CACHED_VARIANTS,
    DEFAULT_VARIANTS,
    JOIN_SECONDS,
    MAX_OPEN_SECONDS,
    SLICE_SECONDS,
    TUTORIAL_VARIANTS,
    Settings,
)


def budget(settings: Settings, pinning: Pinning, *, postgres_is_pinned: bool) -> list[str]:
    """Return sentences about the resources and the load, which are equal for all variants."""
    sizes = " or ".join(f"{size:,}" for size in settings.sizes)
    return [
        *_server_budget(settings),
        _pinning_text(pinning, is_pinned=settings.is_pinned, postgres_is_pinned=postgres_is_pinned),
        (
            f"Rows: {sizes} products (seed {settings.seed}). Each turn in a round has a new database, cloned from one "
            "template, and a new server. All servers of a round run at the same time."
        ),
        f"Load: {_loads(settings)}. {_measured(settings)}{_open_duration(settings)}",
        (
            f"Closed load uses one server for {SLICE_SECONDS:g} s, then the next one, and reverses the order each "
            f"time. {_stretch(settings)}{_joining(settings)}"
            f"The orders of the rounds are {'ABBA, BAAB, ABBA' if settings.turns > 1 else 'AB, BA, AB'}, ..."
        ),
        *map(str, () if _are_tutorial_shops(settings) else TUNINGS),
    ]


def _server_budget(settings: Settings) -> list[str]:
    """Return sentences about the processes, connections and options of the servers."""
    variants = {*settings.variants}
    threads = " or ".join(map(str, settings.threads))
    workers = " or ".join(map(str, settings.workers))
    processes = f"{workers} worker process{'es' if workers != '1' else ''}"
    options = "Keep-alive of 75 s, no access log, log level warning, production settings, no limits of requests"
    options += ", entries of the cache live for 60 s" if variants & {*CACHED_VARIANTS} else ", no cache"
    tutorials = (
        f"Tutorial shops: Django opens a connection for each request of its {threads} threads; FastAPI has up to 40 "
        "threads and 15 connections. Each shop is asked in its own way and compared with its own responses."
    )
    if _are_tutorial_shops(settings):
        return [f"Servers: {processes} each.", tutorials, f"{options}."]
    unless = "" if variants <= {*DEFAULT_VARIANTS} else ", unless the description of a variant says otherwise"
    return [
        (
            f"Servers{unless}: {processes} with {threads} database connections each. gunicorn has {threads} threads "
            "and a master process; uvicorn has uvloop and httptools."
        ),
        *[tutorials] * bool(variants & {*TUTORIAL_VARIANTS}),
        f"{options}{unless}.",
    ]


def _are_tutorial_shops(settings: Settings) -> bool:
    return {*settings.variants} <= {*TUTORIAL_VARIANTS}


def _joining(settings: Settings) -> str:
    if max(settings.workers) == 1:
        return ""
    return f"The users of a server with several workers join {JOIN_SECONDS:g} s apart before the warm-up. "


def _stretch(settings: Settings) -> str:
    if not settings.latency_seconds:
        return ""
    return (
        f"Its latencies come from a stretch of {settings.latency_seconds:g} s for each server after that, in which all "
        "users go on until the last request of the stretch is answered. "
    )


def too_few_cpus(settings: Settings, cpus: int) -> list[str]:
    """Return a sentence about the numbers of workers that have no CPU each, none if there are enough or no sweep.

    `cpus` is the number of CPUs that all processes of the benchmark may use.
    """
    too_many = [workers for workers in settings.workers if workers >= cpus]
    if len(settings.workers) == 1 or not too_many:
        return []
    return [
        (
            f"Too few CPUs: the generator and PostgreSQL need some of the {cpus} CPUs, so "
            f"{' or '.join(map(str, too_many))} workers gain less here than on a machine with a CPU for each of them."
        )
    ]


def _measured(settings: Settings) -> str:
    duration = f"{settings.requests:,} requests" if settings.requests else f"{settings.duration:g} s"
    return f"For each server and scenario {settings.warm_up:g} s of warm-up are discarded and {duration} are measured."


def _open_duration(settings: Settings) -> str:
    if not any(load.is_open for load in settings.loads):
        return ""
    longest = max(settings.duration, MAX_OPEN_SECONDS)
    return (
        f" Open load lasts until {settings.arrivals} arrivals are expected, but at least {settings.duration:g} s and "
        f"at most {longest:g} s."
    )


def _loads(settings: Settings) -> str:
    closed = [str(load.users) for load in settings.loads if not load.is_open]
    rates = [f"{load.rate:g}" for load in settings.loads if load.rate is not None]
    loads = [f"closed, {', '.join(dict.fromkeys(closed))} users without pauses"] * bool(closed)
    loads += [f"open, {', '.join(rates)} arrivals per second"] * bool(rates)
    shares = [str(load) for load in settings.loads if load.share is not None]
    loads += [f"open, {', '.join(shares)} of the capacity of the slowest variant"] * bool(shares)
    return "; ".join(loads)


def _pinning_text(pinning: Pinning, *, is_pinned: bool, postgres_is_pinned: bool) -> str:
    if not is_pinned:
        return (
            "No CPU pinning, as an operator would start the servers: server, generator and PostgreSQL share all CPUs."
        )
    if pinning.server is None or pinning.others is None:
        return "No CPU pinning (fewer than two CPUs, or not Linux): server, generator and PostgreSQL share all CPUs."
    others = "the generator, PostgreSQL and the runner" if postgres_is_pinned else "the generator and the runner"
    external = "" if postgres_is_pinned else "; PostgreSQL is an external server and not pinned"
    cores = f"; CPU {_listed(pinning.idle)}, of the server's physical cores, is left idle" if pinning.idle else ""
    cores = "; these CPUs are hardware threads of one physical core" if pinning.is_core_shared else cores
    return (
        f"Pinning: only the server runs on CPU {_listed(pinning.server)}; {others} share CPU "
        f"{_listed(pinning.others)}{cores}{external}."
    )


def _listed(cpus: frozenset[int]) -> str:
    return ", ".join(map(str, sorted(cpus)))
