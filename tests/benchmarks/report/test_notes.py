"""The warnings of a report about doubtful figures."""

from dataclasses import replace
from typing import Any

from benchmarks.analysis.labellings import labellings
from benchmarks.analysis.summary import summaries
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
