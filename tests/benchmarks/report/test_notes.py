"""The warnings of a report about doubtful figures."""

from dataclasses import replace
from typing import Any

from benchmarks.analysis.labellings import labellings
from benchmarks.analysis.summary import summaries
from benchmarks.cells import Load
from benchmarks.environment.processors import Pinning
from benchmarks.report import notes
from benchmarks.results import Results
from benchmarks.settings import JOIN_SECONDS, TUTORIAL_VARIANTS, Settings
from tests.benchmarks.factories import made_results


def warnings(results: Results) -> str:
    return "\n".join(notes.warnings(summaries(results), results))


def with_cells(results: Results, variant: str, **changes: Any) -> Results:
    """Return the run with changed values in the cells of a variant."""
    (part,) = results.parts
    part.runs = [
        replace(run, cells=[replace(cell, **changes) for cell in run.cells]) if run.subject.variant == variant else run
        for run in part.runs
    ]
    return results


def limited_by_server() -> Results:
    """Return a run in which the server is the limit, as it should be."""
    results = made_results({"django": 1000, "fastapi": 1500})
    return with_cells(with_cells(results, "django", server_cpu=1.95), "fastapi", server_cpu=1.95)


def test_a_run_without_problems_has_no_warnings() -> None:
    assert warnings(limited_by_server()) == ""


def test_a_server_that_was_not_the_limit_is_named() -> None:
    waiting = with_cells(limited_by_server(), "fastapi", server_cpu=1.0, generator_cpu=0.1, database_cpu=0.1)
    assert "no CPU was fully used" in warnings(waiting)
    assert "Rows: product_detail (fastapi)" in warnings(waiting)


def test_a_generator_that_was_the_limit_is_named() -> None:
    limited = with_cells(limited_by_server(), "django", server_cpu=1.0, generator_cpu=1.5)
    assert "the server could handle a higher rate. Rows: product_detail (django)" in warnings(limited)


def test_a_database_that_was_the_limit_is_named() -> None:
    limited = with_cells(limited_by_server(), "django", server_cpu=1.0, database_cpu=1.5)
    assert "the database limits the rate, not the framework. Rows: product_detail (django)" in warnings(limited)


def test_a_busy_machine_is_named() -> None:
    results = with_cells(with_cells(limited_by_server(), "django", intruder_cpu=0.5), "fastapi", intruder_cpu=0.5)
    assert "the machine was busy. Rows: all rows" in warnings(results)


def test_a_resume_with_a_different_commit_gives_a_warning() -> None:
    results = limited_by_server()
    results.sessions.append({**results.sessions[0], "commit": "def with changes"})
    assert "resumed with a different commit" in warnings(results)
    assert "Files differed" in warnings(results)


def test_the_cpu_pinning_is_described() -> None:
    two = Pinning(frozenset({0}), frozenset({1}))
    assert "only the server runs on CPU 0" in notes.budget(Settings(), two, postgres_is_pinned=True)[2]
    assert "PostgreSQL is an external server" in notes.budget(Settings(), two, postgres_is_pinned=False)[2]
    assert "No CPU pinning" in notes.budget(Settings(), Pinning(None, None), postgres_is_pinned=False)[2]
    siblings = Pinning(frozenset({0}), frozenset({1, 3}), idle=frozenset({2}))
    assert "CPU 2, of the server's physical cores, is left idle" in _pinning_sentence(siblings)
    shared = replace(two, is_core_shared=True)
    assert "these CPUs are hardware threads of one physical core" in _pinning_sentence(shared)


def _pinning_sentence(pinning: Pinning) -> str:
    return notes.budget(Settings(), pinning, postgres_is_pinned=True)[2]


def test_servers_that_are_not_pinned_on_purpose_are_described_as_that() -> None:
    (sentence,) = (line for line in budget(is_pinned=False) if "pinning" in line)
    assert sentence == (
        "No CPU pinning, as an operator would start the servers: server, generator and PostgreSQL share all CPUs."
    )
    assert "fewer than two CPUs" in " ".join(budget())


def budget(**changes: Any) -> list[str]:
    """Return the sentences for settings on a machine where nothing is pinned."""
    return notes.budget(Settings(**changes), Pinning(None, None), postgres_is_pinned=False)


UNLESS = "unless the description of a variant says otherwise"


def test_other_variants_than_the_implementations_may_have_other_processes_and_connections() -> None:
    servers, options, *_ = budget(variants=("django", "django-sync", "django-threads-8"))
    assert servers.startswith(f"Servers, {UNLESS}: 1 worker process with 4 database connections each.")
    assert options.startswith("Keep-alive of 75 s")
    assert options.endswith(f", {UNLESS}.")
    assert not [sentence for sentence in budget() if UNLESS in sentence]


def test_the_budget_of_the_tutorial_shops_does_not_claim_equal_connections() -> None:
    servers, shops, options, *_ = budget(variants=TUTORIAL_VARIANTS)
    assert servers == "Servers: 1 worker process each."
    assert "a connection for each request of its 4 threads" in shops
    assert options.startswith("Keep-alive of 75 s")
    assert not [sentence for sentence in (servers, options) if UNLESS in sentence]
    beside, shops, *_ = budget(variants=(*TUTORIAL_VARIANTS, "fastapi"))
    assert "4 database connections each" in beside
    assert shops.startswith("Tutorial shops: ")


def test_users_that_join_one_after_another_are_described_where_servers_have_several_workers() -> None:
    joining = f"The users of a server with several workers join {JOIN_SECONDS:g} s apart before the warm-up."
    for workers in ((2,), (1, 2, 4)):
        assert joining in " ".join(budget(workers=workers))
    assert joining not in " ".join(budget())


def test_the_duration_of_open_load_is_described_where_there_is_some() -> None:
    loads = (Load(users=8), Load(share=0.6))
    described = "Open load lasts until 90 arrivals are expected, but at least 0.5 s and at most 30 s."
    assert described in " ".join(budget(loads=loads, arrivals=90, duration=0.5))
    assert "at least 60 s and at most 60 s" in " ".join(budget(loads=loads, duration=60.0))
    assert "Open load" not in " ".join(budget())


def test_the_method_says_from_when_on_the_test_is_not_exact() -> None:
    (sentence,) = (line for line in notes.method() if "permutation test" in line)
    exact, random = (labellings(((2, 2),) * rounds).is_subject for rounds in (6, 7))
    # One of each two labellings is omitted where subject and baseline have equally many runs.
    assert len(exact) == 6**6 / 2
    assert "as from seven rounds of two turns on, it uses 20,000 random ones" in sentence
    assert len(random) == 20_000


def test_variants_are_described_if_there_are_others_than_the_two_implementations() -> None:
    assert notes.variants(Settings()) == []
    asgi, fastapi = notes.variants(Settings(variants=("django-asgi", "fastapi")))
    assert asgi.startswith("django-asgi: ")
    assert fastapi.startswith("fastapi: The FastAPI implementation")


def test_the_budget_names_settings_of_drivers_and_collector_with_their_effects() -> None:
    sentences = notes.budget(Settings(), Pinning(None, None), postgres_is_pinned=False)
    for setting in ("Garbage collector's threshold", "Objects of the application", "Driver", "Plans of PostgreSQL"):
        assert any(sentence.startswith(f"{setting}: ") for sentence in sentences), setting
    assert any("Django psycopg2, FastAPI asyncpg" in sentence for sentence in sentences)
    # Both shops use psycopg2, and change neither the collector nor the plans.
    assert "asyncpg" not in " ".join(budget(variants=TUTORIAL_VARIANTS))


def test_workers_without_a_cpu_each_are_named_where_their_number_varies() -> None:
    swept = Settings(workers=(1, 2, 4))
    (sentence,) = notes.too_few_cpus(swept, 4)
    assert "Too few CPUs" in sentence
    assert "need some of the 4 CPUs, so 4 workers" in sentence
    assert "so 2 or 4 workers" in notes.too_few_cpus(swept, 2)[0]
    assert notes.too_few_cpus(swept, 8) == []
    assert notes.too_few_cpus(Settings(workers=(4,)), 2) == []
