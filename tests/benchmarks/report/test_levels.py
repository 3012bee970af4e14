"""The level of a part follows from its variants and workers, because every run of one part has the name `main`."""

from typing import Any

import pytest

from benchmarks.analysis.summary import summaries
from benchmarks.report import markdown
from benchmarks.report.answer import answer
from benchmarks.report.html.page import html
from benchmarks.report.levels import DEPLOYED, ONE_CPU, THIS_RUN, TUTORIAL, Level, level_of
from benchmarks.results import Part
from benchmarks.runs.suite import full
from benchmarks.settings import TUTORIAL_VARIANTS, Settings
from tests.benchmarks import sample_results


@pytest.mark.parametrize(
    ("settings", "level"),
    [
        ({}, ONE_CPU),
        ({"variants": ("fastapi",)}, ONE_CPU),
        ({"variants": TUTORIAL_VARIANTS}, TUTORIAL),
        ({"variants": ("tutorial-fastapi",)}, TUTORIAL),
        ({"workers": (2,)}, THIS_RUN),
        ({"workers": (1, 2)}, THIS_RUN),
        ({"variants": ("django", "fastapi", "third")}, THIS_RUN),
        ({"variants": ("django", "django-asgi")}, THIS_RUN),
        ({"variants": ("fastapi", "tutorial-fastapi")}, THIS_RUN),
    ],
)
def test_the_level_of_a_run_of_one_part_follows_from_its_variants_and_workers(
    settings: dict[str, Any], level: Level
) -> None:
    assert level_of(Part("main", Settings(**settings))) is level


def test_three_parts_of_a_full_run_measure_levels() -> None:
    levels = {part.name: level for part in full(Settings()) if (level := level_of(part))}
    assert levels == {"main": ONE_CPU, "deployed": DEPLOYED, "tutorial": TUTORIAL}


@pytest.mark.parametrize(
    ("changes", "clause"),
    [
        ({"variants": TUTORIAL_VARIANTS}, "As the frameworks' tutorials write it"),
        ({"workers": (2,)}, "In this run"),
        ({"variants": ("django", "django-sync")}, "In this run"),
    ],
)
def test_reports_call_a_run_of_one_part_what_it_is(changes: dict[str, Any], clause: str) -> None:
    results = sample_results.plain(scenarios=("product_detail",), **changes)
    computed = summaries(results)
    assert answer(results, computed)[0].startswith(f"{clause}: reads cost ")
    for report in (html(results, computed), markdown.report(computed, results)):
        assert "one CPU" not in report
