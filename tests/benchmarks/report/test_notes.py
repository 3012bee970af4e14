"""The warnings of a report about doubtful figures."""

from dataclasses import replace
from typing import Any

from benchmarks.analysis.summary import summaries
from benchmarks.environment.processors import Pinning
from benchmarks.report import notes
from benchmarks.results import Results
from benchmarks.settings import Settings
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


def test_workers_without_a_cpu_each_are_named_where_their_number_varies() -> None:
    swept = Settings(workers=(1, 2, 4))
    (sentence,) = notes.too_few_cpus(swept, 4)
    assert "Too few CPUs" in sentence
    assert "need some of the 4, so 4 workers" in sentence
    assert "so 2 or 4 workers" in notes.too_few_cpus(swept, 2)[0]
    assert notes.too_few_cpus(swept, 8) == []
    assert notes.too_few_cpus(Settings(workers=(4,)), 2) == []
