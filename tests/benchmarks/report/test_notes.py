"""What a report asks its reader to doubt."""

from dataclasses import replace
from typing import Any

from benchmarks.analysis.summary import summaries
from benchmarks.environment.processors import Pinning
from benchmarks.report import notes
from benchmarks.results import Results
from benchmarks.settings import Settings
from tests.benchmarks.factories import made_results


def doubts(results: Results) -> str:
    return "\n".join(notes.doubts(summaries(results), results))


def with_cells(results: Results, variant: str, **changes: Any) -> Results:
    """The same run, but that the variant's cells have these values."""
    (part,) = results.parts
    part.runs = [
        replace(run, cells=[replace(cell, **changes) for cell in run.cells]) if run.subject.variant == variant else run
        for run in part.runs
    ]
    return results


def calm() -> Results:
    results = made_results({"django": 1000, "fastapi": 1500})
    return with_cells(with_cells(results, "django", server_cpu=1.95), "fastapi", server_cpu=1.95)


def test_a_run_without_problems_has_no_warnings() -> None:
    assert doubts(calm()) == ""


def test_a_server_that_was_not_the_limit_is_named() -> None:
    waiting = with_cells(calm(), "fastapi", server_cpu=1.0, generator_cpu=0.1, database_cpu=0.1)
    assert "no CPU was fully used" in doubts(waiting)
    assert "So it was in product_detail (fastapi)" in doubts(waiting)


def test_a_busy_generator_is_named() -> None:
    held_back = with_cells(calm(), "django", server_cpu=1.0, generator_cpu=1.5)
    assert "the server could handle a higher rate. So it was in product_detail (django)" in doubts(held_back)


def test_a_database_that_was_the_limit_is_named() -> None:
    slow = with_cells(calm(), "django", server_cpu=1.0, database_cpu=1.5)
    assert "the database limits the rate, not the framework. So it was in product_detail (django)" in doubts(slow)


def test_a_busy_machine_is_named() -> None:
    results = with_cells(with_cells(calm(), "django", intruder_cpu=0.5), "fastapi", intruder_cpu=0.5)
    assert "the machine was busy: all rows" in doubts(results)


def test_sessions_with_another_commit_are_told_apart() -> None:
    results = calm()
    results.sessions.append({**results.sessions[0], "commit": "def with changes"})
    assert "resumed with another commit" in doubts(results)
    assert "Files differed" in doubts(results)


def test_shared_cpus_are_named() -> None:
    two = Pinning(frozenset({0}), frozenset({1}))
    assert "server alone on CPU 0" in notes.budget(Settings(), two, postgres_is_pinned=True)[2]
    assert "PostgreSQL is not ours to pin" in notes.budget(Settings(), two, postgres_is_pinned=False)[2]
    assert "No CPU pinning" in notes.budget(Settings(), Pinning(None, None), postgres_is_pinned=False)[2]
