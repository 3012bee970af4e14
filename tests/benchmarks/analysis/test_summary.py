"""The summary of raw results: rows, ratios and verdicts."""

from dataclasses import replace

import pytest

from benchmarks.analysis.statistics import Verdict
from benchmarks.analysis.summary import Summary, summaries
from benchmarks.cells import Load
from benchmarks.results import Results
from benchmarks.settings import Subject
from tests.benchmarks.factories import made_results


def summarise(results: Results) -> Summary:
    (summary,) = summaries(results)
    return summary


def test_a_row_for_each_variant_has_its_medians() -> None:
    summary = summarise(made_results({"django": 1000, "fastapi": 1500}))
    django, fastapi = summary.rows
    assert (django.subject.variant, fastapi.subject.variant) == ("django", "fastapi")
    assert django.per_second == pytest.approx(1000, rel=0.01)
    assert fastapi.p99 == 5.0
    assert django.server_cpu == pytest.approx(900, rel=0.02)
    assert (django.peak_rss, django.errors) == (80_000_000, 0)
    assert (django.generator_share, django.database_share) == (0.2, 0.3)


def test_a_difference_above_the_noise_is_reported() -> None:
    (comparison,) = summarise(made_results({"django": 1000, "fastapi": 1500})).comparisons
    assert comparison.rate.ratio.estimate == pytest.approx(1.5, rel=0.02)
    assert comparison.rate.verdict is Verdict.HIGHER
    assert comparison.cpu.verdict is Verdict.LOWER
    assert comparison.rate.band is not None
    assert 1.0 < comparison.rate.band < 1.05


def test_a_difference_within_the_noise_is_not_reported() -> None:
    (comparison,) = summarise(made_results({"django": 1000, "fastapi": 1002})).comparisons
    assert comparison.rate.verdict is Verdict.NO_DIFFERENCE


def test_one_wrong_response_makes_the_scenario_invalid_with_a_reason() -> None:
    summary = summarise(made_results({"django": 1000, "fastapi": 1500}, wrong=("fastapi",)))
    assert [reason.partition(":")[0] for reason in summary.invalid["product_detail"]] == ["fastapi", "fastapi"]
    assert [row.errors for row in summary.rows] == [0, 6]


def test_a_scenario_that_failed_verification_is_invalid() -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    results.parts[0].gate["product_detail"] = "fastapi: different body"
    summary = summarise(results)
    assert summary.rows == []
    assert "different body" in summary.invalid["product_detail"][0]


def test_only_finished_rounds_count() -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    results.parts[0].runs.pop()
    assert summarise(results).rounds == 4


def test_two_rounds_have_figures_but_no_verdict() -> None:
    (comparison,) = summarise(made_results({"django": 1000, "fastapi": 1500}, rounds=2)).comparisons
    assert comparison.rate.verdict is Verdict.TOO_FEW_ROUNDS


def test_no_measurements_give_an_empty_summary() -> None:
    summary = summarise(made_results({}, rounds=0, of=5))
    assert (summary.rounds, summary.rows, summary.comparisons) == (0, [], [])


def test_a_variant_without_responses_is_still_listed() -> None:
    summary = summarise(made_results({"django": 1000, "fastapi": 0.0}))
    assert summary.comparisons == []
    assert summary.rows[1].per_second == 0


def test_only_the_round_in_which_a_server_exited_is_invalid() -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    part = results.parts[0]
    part.runs[5] = replace(part.runs[5], failure="fastapi exited unexpectedly")
    assert summarise(results).rounds == 4
    assert [run.round for run in part.failures()] == [2]
    assert not results.is_finished


def test_a_rate_above_half_of_the_generator_s_highest_rate_is_rejected() -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    results.sessions[0]["generator"] = {"per_second": 2500.0, "cpu_per_request": 100.0}
    assert list(summarise(results).rejected) == [("product_detail", Load(users=8), Subject("fastapi"))]


def test_the_baseline_is_the_first_size_of_the_variant_if_sizes_differ_or_else_the_first_variant() -> None:
    settings = made_results({}, rounds=0).parts[0].settings
    assert settings.baseline(Subject("fastapi", 2)) == Subject("django", 2)
    growing = replace(settings, sizes=(10_000, 1_000_000))
    assert growing.baseline(Subject("fastapi", 1, 1_000_000)) == Subject("fastapi", 1, 10_000)


def test_with_one_turn_in_a_round_there_is_a_verdict_without_an_a_a_control() -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    part = results.parts[0]
    part.settings = replace(part.settings, turns=1)
    part.runs = [run for run in part.runs if run.position <= 2]
    (comparison,) = summarise(results).comparisons
    assert (comparison.rate.band, comparison.rate.verdict) == (None, Verdict.HIGHER)
