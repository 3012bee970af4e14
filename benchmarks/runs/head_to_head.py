"""Defines the parts that `make bench` measures: the implementations on one CPU, as deployed, and the tutorial shops."""

from dataclasses import replace

from benchmarks.cells import Load
from benchmarks.environment.processors import number_of_processors
from benchmarks.results import Part
from benchmarks.settings import MAX_USERS, TUTORIAL_VARIANTS, Settings

MAIN, DEPLOYED, TUTORIAL = "main", "deployed", "tutorial"

# The share of the slower implementation's capacity at which latencies are compared, and the scenarios for it. The
# others are measured under open load in `make bench-full` only.
SHARE = Load(share=0.6)
OPEN_SCENARIOS = ("product_detail", "product_list", "product_search", "order_place", "shopper")
DEPLOYED_SCENARIOS = ("product_detail", "product_list", "order_place")
# Without the sign-in: a hash of Django's default hasher takes so long that the row would need a minute.
TUTORIAL_SCENARIOS = ("product_detail", "product_list", "category_list", "order_history", "order_place")
# The smallest number of rounds, with two turns each, with which these two parts can have verdicts.
FEWER_ROUNDS = 4
# Seconds of a cell, as long as eight minutes allow: longer cells have less noise.
DURATION, LONGER, WARM_UP, LATENCY_SECONDS = 0.3, 0.35, 0.1, 0.1


def head_to_head(settings: Settings) -> list[Part]:
    """Return the parts. `settings` has the number of rounds and the seed, and the durations of a smoke run.

    The part `main` compares what one CPU of the server can do. The part `deployed` has a worker for each CPU, each with
    as many users, and no pinning, as an operator would start the servers. The part `tutorial` has the tutorial shops on
    one CPU.
    """
    if not settings.is_smoke:
        settings = replace(settings, duration=DURATION, warm_up=WARM_UP, latency_seconds=LATENCY_SECONDS)
    fewer = replace(settings, rounds=min(settings.rounds, FEWER_ROUNDS), latency_seconds=0.0)
    if not settings.is_smoke:
        fewer = replace(fewer, duration=LONGER)
    workers = number_of_processors()
    deployed_loads = tuple(Load(users=min(MAX_USERS, load.users * workers)) for load in settings.loads if load.users)
    parts = {
        MAIN: replace(settings, loads=(*settings.loads, SHARE), open_scenarios=OPEN_SCENARIOS),
        DEPLOYED: replace(
            fewer, scenarios=DEPLOYED_SCENARIOS, loads=deployed_loads, workers=(workers,), is_pinned=False
        ),
        TUTORIAL: replace(fewer, variants=TUTORIAL_VARIANTS, scenarios=TUTORIAL_SCENARIOS),
    }
    return [Part(name, each) for name, each in parts.items()]
