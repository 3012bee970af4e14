"""The sentences about the resources, options and load of a part."""

from dataclasses import replace
from typing import Any

from benchmarks.cells import Load
from benchmarks.environment.processors import Pinning
from benchmarks.report.budget import budget, too_few_cpus
from benchmarks.settings import JOIN_SECONDS, TUTORIAL_VARIANTS, Settings


def test_the_cpu_pinning_is_described() -> None:
    two = Pinning(frozenset({0}), frozenset({1}))
    assert "only the server runs on CPU 0" in budget(Settings(), two, postgres_is_pinned=True)[2]
    assert "PostgreSQL is an external server" in budget(Settings(), two, postgres_is_pinned=False)[2]
    assert "No CPU pinning" in budget(Settings(), Pinning(None, None), postgres_is_pinned=False)[2]
    siblings = Pinning(frozenset({0}), frozenset({1, 3}), idle=frozenset({2}))
    assert "CPU 2, of the server's physical cores, is left idle" in _pinning_sentence(siblings)
    shared = replace(two, is_core_shared=True)
    assert "these CPUs are hardware threads of one physical core" in _pinning_sentence(shared)


def _pinning_sentence(pinning: Pinning) -> str:
    return budget(Settings(), pinning, postgres_is_pinned=True)[2]


def test_servers_that_are_not_pinned_on_purpose_are_described_as_that() -> None:
    (sentence,) = (line for line in sentences_of(is_pinned=False) if "pinning" in line)
    assert sentence == (
        "No CPU pinning, as an operator would start the servers: server, generator and PostgreSQL share all CPUs."
    )
    assert "fewer than two CPUs" in " ".join(sentences_of())


def sentences_of(**changes: Any) -> list[str]:
    """Return the sentences for settings on a machine where nothing is pinned."""
    return budget(Settings(**changes), Pinning(None, None), postgres_is_pinned=False)


UNLESS = "unless the description of a variant says otherwise"


def test_other_variants_than_the_implementations_may_have_other_processes_and_connections() -> None:
    servers, options, *_ = sentences_of(variants=("django", "django-sync", "django-threads-8"))
    assert servers.startswith(f"Servers, {UNLESS}: 1 worker process with 4 database connections each.")
    assert options.startswith("Keep-alive of 75 s")
    assert options.endswith(f", {UNLESS}.")
    assert not [sentence for sentence in sentences_of() if UNLESS in sentence]


def test_the_budget_of_the_tutorial_shops_does_not_claim_equal_connections() -> None:
    servers, shops, options, *_ = sentences_of(variants=TUTORIAL_VARIANTS)
    assert servers == "Servers: 1 worker process each."
    assert "a connection for each request of its 4 threads" in shops
    assert options.startswith("Keep-alive of 75 s")
    assert not [sentence for sentence in (servers, options) if UNLESS in sentence]
    beside, shops, *_ = sentences_of(variants=(*TUTORIAL_VARIANTS, "fastapi"))
    assert "4 database connections each" in beside
    assert shops.startswith("Tutorial shops: ")


def test_users_that_join_one_after_another_are_described_where_servers_have_several_workers() -> None:
    joining = f"The users of a server with several workers join {JOIN_SECONDS:g} s apart before the warm-up."
    for workers in ((2,), (1, 2, 4)):
        assert joining in " ".join(sentences_of(workers=workers))
    assert joining not in " ".join(sentences_of())


def test_the_duration_of_open_load_is_described_where_there_is_some() -> None:
    loads = (Load(users=8), Load(share=0.6))
    described = "Open load lasts until 90 arrivals are expected, but at least 0.5 s and at most 5 s."
    assert described in " ".join(sentences_of(loads=loads, arrivals=90, duration=0.5))
    assert "at least 60 s and at most 60 s" in " ".join(sentences_of(loads=loads, duration=60.0))
    assert "Open load" not in " ".join(sentences_of())


def test_the_budget_names_settings_of_drivers_and_collector_with_their_effects() -> None:
    sentences = budget(Settings(), Pinning(None, None), postgres_is_pinned=False)
    for setting in ("Garbage collector's threshold", "Objects of the application", "Driver", "Plans of PostgreSQL"):
        assert any(sentence.startswith(f"{setting}: ") for sentence in sentences), setting
    assert any("Django psycopg2, FastAPI asyncpg" in sentence for sentence in sentences)
    # Both shops use psycopg2, and change neither the collector nor the plans.
    assert "asyncpg" not in " ".join(sentences_of(variants=TUTORIAL_VARIANTS))


def test_workers_without_a_cpu_each_are_named_where_their_number_varies() -> None:
    swept = Settings(workers=(1, 2, 4))
    (sentence,) = too_few_cpus(swept, 4)
    assert "Too few CPUs" in sentence
    assert "need some of the 4 CPUs, so 4 workers" in sentence
    assert "so 2 or 4 workers" in too_few_cpus(swept, 2)[0]
    assert too_few_cpus(swept, 8) == []
    assert too_few_cpus(Settings(workers=(4,)), 2) == []
