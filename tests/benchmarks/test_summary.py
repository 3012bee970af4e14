"""From raw results to rows, ratios and verdicts."""

import pytest

from benchmarks.statistics import Verdict
from benchmarks.summary import summarise
from tests.benchmarks.runs import run


def test_a_row_for_each_variant_has_its_medians() -> None:
    summary = summarise(run({"django": 1000, "fastapi": 1500}))
    django, fastapi = summary.rows
    assert (django.variant, fastapi.variant) == ("django", "fastapi")
    assert django.per_second == pytest.approx(1000, rel=0.01)
    assert fastapi.p99 == 5.0
    assert django.server_cpu == pytest.approx(900, rel=0.02)
    assert (django.peak_rss, django.errors) == (80_000_000, 0)
    assert (django.generator_share, django.database_share) == (0.2, 0.3)


def test_a_difference_beyond_the_noise_is_called_one() -> None:
    (comparison,) = summarise(run({"django": 1000, "fastapi": 1500})).comparisons
    assert comparison.rate.estimate == pytest.approx(1.5, rel=0.02)
    assert comparison.rate_verdict is Verdict.HIGHER
    assert comparison.cpu_verdict is Verdict.LOWER
    assert 1.0 < comparison.rate_band < 1.05


def test_a_difference_within_the_noise_is_none() -> None:
    (comparison,) = summarise(run({"django": 1000, "fastapi": 1002})).comparisons
    assert comparison.rate_verdict is Verdict.NO_DIFFERENCE


def test_one_wrong_answer_in_one_turn_makes_the_scenario_invalid_and_says_why() -> None:
    summary = summarise(run({"django": 1000, "fastapi": 1500}, wrong=("fastapi",)))
    assert [reason.partition(":")[0] for reason in summary.invalid["product_detail"]] == ["fastapi", "fastapi"]
    assert [row.errors for row in summary.rows] == [0, 6]


def test_a_scenario_on_which_the_gate_was_red_is_invalid() -> None:
    results = run({"django": 1000, "fastapi": 1500})
    results.gate["product_detail"] = "fastapi: other bytes"
    summary = summarise(results)
    assert summary.rows == []
    assert "other bytes" in summary.invalid["product_detail"][0]


def test_only_whole_rounds_count() -> None:
    results = run({"django": 1000, "fastapi": 1500})
    results.legs.pop()
    assert summarise(results).rounds == 4


def test_two_rounds_have_figures_but_no_verdict() -> None:
    (comparison,) = summarise(run({"django": 1000, "fastapi": 1500}, rounds=2)).comparisons
    assert comparison.rate_verdict is Verdict.TOO_FEW_ROUNDS


def test_nothing_measured_is_an_empty_summary() -> None:
    summary = summarise(run({}, rounds=0, of=5))
    assert (summary.rounds, summary.rows, summary.comparisons) == (0, [], [])


def test_a_variant_that_answered_nothing_breaks_no_table() -> None:
    summary = summarise(run({"django": 1000, "fastapi": 0.0}))
    assert summary.comparisons == []
    assert summary.rows[1].per_second == 0
