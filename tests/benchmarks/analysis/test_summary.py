"""The summary of raw results: rows, ratios and verdicts."""

import math
from dataclasses import replace
from statistics import fmean, variance
from typing import Any

import pytest

from benchmarks.analysis.statistics import Verdict
from benchmarks.analysis.summary import Summary, summaries
from benchmarks.cells import Load
from benchmarks.report.caveats import Caveat, tail_caveats
from benchmarks.results import Results, Run
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
    rate, cpu = comparison.contrasts["rate"], comparison.contrasts["cpu"]
    assert rate.ratio.estimate == pytest.approx(1.5, rel=0.02)
    assert rate.ratio.low < 1.5 < rate.ratio.high
    assert (rate.verdict, cpu.verdict) == (Verdict.HIGHER, Verdict.LOWER)
    # Two ratios are compared, and Holm's method doubles the smallest possible p.
    assert rate.p == pytest.approx(2 * 2 / 6**5)


def test_a_difference_within_the_noise_is_reported_as_the_same_within_a_margin() -> None:
    (comparison,) = summarise(made_results({"django": 1000, "fastapi": 1002})).comparisons
    rate = comparison.contrasts["rate"]
    assert (rate.verdict, rate.same_within) == (Verdict.SAME, 0.02)


def test_the_noise_of_a_run_is_the_deviation_of_the_turns_of_a_round() -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    groups: dict[tuple[str, int], list[float]] = {}
    for run in results.parts[0].runs:
        groups.setdefault((run.subject.variant, run.round), []).append(math.log(run.cells[0].requests))
    expected = math.sqrt(fmean(variance(turns) for turns in groups.values()))
    assert summarise(results).noise == {"rate": pytest.approx(expected), "cpu": pytest.approx(expected)}


def test_the_control_is_the_mean_ratio_of_the_two_turns_in_alternate_order() -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    control = summarise(results).controls[0]
    turns = [
        [run.cells[0].requests for run in results.parts[0].runs if (run.subject.variant, run.round) == ("django", n)]
        for n in range(1, 6)
    ]
    logs = [math.log(one / other) * (-1 if number % 2 == 0 else 1) for number, (one, other) in enumerate(turns)]
    assert control.rate == pytest.approx(math.exp(fmean(logs)))


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
    assert comparison.contrasts["rate"].verdict is Verdict.TOO_FEW_ROUNDS


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


@pytest.mark.parametrize(("replayed", "ceiling"), [(2_500.0, 2_500.0), (100_000.0, 3_000 / 1.12)])
def test_a_rate_above_half_of_the_generator_s_highest_rate_is_rejected(replayed: float, ceiling: float) -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    (part,) = results.parts
    part.ceilings = {"product_detail": replayed}
    part.runs = [costly(run) if run.subject.variant == "fastapi" else run for run in part.runs]
    summary = summarise(results)
    ((key, reason),) = summary.rejected.items()
    assert key == ("product_detail", Load(users=8), Subject("fastapi"))
    measured = summary.row(*key)
    assert measured
    assert measured.ceiling == pytest.approx(ceiling, rel=0.01)
    assert f"more than half of the {measured.ceiling:,.0f} that the generator can reach" in reason
    assert "in this row or in the replay of the recorded responses, whichever is higher" in reason


def costly(run: Run) -> Run:
    """Return the run with 1.12 s of the generator's CPU for the requests of each cell."""
    return replace(run, cells=[replace(cell, generator_cpu=1.12) for cell in run.cells])


def test_the_baseline_is_the_first_size_of_the_variant_if_sizes_differ_or_else_the_first_variant() -> None:
    settings = made_results({}, rounds=0).parts[0].settings
    assert settings.baseline(Subject("fastapi", 2)) == Subject("django", 2)
    growing = replace(settings, sizes=(10_000, 1_000_000))
    assert growing.baseline(Subject("fastapi", 1, 1_000_000)) == Subject("fastapi", 1, 10_000)


def one_turn(results: Results) -> Results:
    """Return the run with the first turn of each subject in a round only."""
    (part,) = results.parts
    part.settings = replace(part.settings, turns=1)
    part.runs = [run for run in part.runs if run.position <= 2]
    return results


def test_with_one_turn_in_a_round_the_same_rule_needs_more_rounds() -> None:
    five = summarise(one_turn(made_results({"django": 1000, "fastapi": 1500})))
    assert five.comparisons[0].contrasts["rate"].verdict is Verdict.TOO_FEW_ROUNDS
    assert (five.controls, five.noise) == ([], {})
    eight = summarise(one_turn(made_results({"django": 1000, "fastapi": 1500}, rounds=8)))
    assert eight.comparisons[0].contrasts["rate"].verdict is Verdict.HIGHER


def test_under_open_load_percentiles_are_compared_and_the_rate_is_not() -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    (part,) = results.parts
    load = Load(rate=100.0)
    part.settings = replace(part.settings, loads=(load,))
    part.runs = [
        replace(run, cells=[replace(each, load=load, latencies=latencies(run), dropped=0) for each in run.cells])
        for run in part.runs
    ]
    summary = summarise(results)
    (comparison,) = summary.comparisons
    assert list(comparison.contrasts) == ["p50", "p99", "cpu"]
    assert comparison.contrasts["p50"].ratio.estimate == pytest.approx(0.5, rel=0.02)
    assert {comparison.contrasts[name].verdict for name in ("p50", "p99")} == {Verdict.LOWER}
    assert summary.overall == []


def latencies(run: Run) -> dict[int, int]:
    """Return 101 latencies around 2 ms for fastapi, around 4 ms for django, which differ from run to run."""
    middle = 2000 if run.subject.variant == "fastapi" else 4000
    return {middle + 10 * (run.round + run.position) + step: 1 for step in range(-50, 51)}


def test_the_overall_ratio_is_the_geometric_mean_over_the_valid_scenarios_of_a_kind() -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    (part,) = results.parts
    costs = {"product_detail": 1.0, "product_list": 2.0, "order_place": 1.0, "login": 1.0}
    part.settings = replace(part.settings, scenarios=tuple(costs))
    part.runs = [
        replace(
            run,
            cells=[
                replace(
                    run.cells[0],
                    scenario=scenario,
                    server_cpu=run.cells[0].server_cpu * (cost if run.subject.variant == "fastapi" else 1.0),
                )
                for scenario, cost in costs.items()
            ],
        )
        for run in part.runs
    ]
    summary = summarise(results)
    reads, writes = summary.overall
    assert (reads.kind, reads.scenarios) == ("reads", ("product_detail", "product_list"))
    assert (writes.kind, writes.scenarios) == ("writes", ("order_place",))
    detail, listed = (each.contrasts["cpu"].ratio.estimate for each in summary.comparisons[:2])
    assert reads.cpu.estimate == pytest.approx(math.sqrt(detail * listed))
    assert 0 < reads.cpu.low < reads.cpu.estimate < reads.cpu.high
    part.gate["product_list"] = "different body"
    assert summarise(results).overall[0].scenarios == ("product_detail",)


def test_the_ceiling_of_a_row_is_the_rate_at_which_the_generator_needs_a_whole_cpu() -> None:
    results = with_cells(made_results({"django": 1000, "fastapi": 1000}), requests=2000.0, generator_cpu=0.5)
    assert summarise(results).rows[0].ceiling == pytest.approx(4000.0)
    results.parts[0].ceilings = {"product_detail": 3000.0}
    assert summarise(results).rows[0].ceiling == 3000.0
    slow = with_cells(results, generator_cpu=1.1)
    assert len(summarise(slow).rejected) == 2


def with_cells(results: Results, **changes: Any) -> Results:
    (part,) = results.parts
    part.runs = [replace(run, cells=[replace(each, **changes) for each in run.cells]) for run in part.runs]
    return results


def test_the_concurrency_is_the_mean_of_the_runs_and_a_low_one_has_a_caveat() -> None:
    for concurrency, has_caveat in ((0.98, False), (0.96, True)):
        results = with_cells(made_results({"django": 1000, "fastapi": 1000}), concurrency=concurrency)
        row = summarise(results).rows[0]
        assert row.concurrency == pytest.approx(concurrency)
        assert (Caveat.LOW_CONCURRENCY in tail_caveats(row)) is has_caveat
    assert summarise(made_results({"django": 1000, "fastapi": 1000})).rows[0].concurrency is None


def test_dropped_requests_are_slower_than_all_others_whatever_their_latency() -> None:
    results = with_cells(made_results({"django": 1000, "fastapi": 1000}), latencies={5_000: 97, 6_000: 3}, dropped=2)
    row = summarise(results).rows[0]
    assert (row.p50, row.p95, row.p99) == (5.0, 5.0, math.inf)
    assert row.dropped == 0.02


def test_memory_is_given_for_one_worker_and_the_rate_of_open_load_in_arrivals() -> None:
    load = Load(share=0.6)
    results = made_results({"django": 1000, "fastapi": 1000})
    results.parts[0].settings = replace(results.parts[0].settings, loads=(Load(users=8), load))
    row = summarise(with_cells(results, load=load, pss=90_000_000, workers=2, rate=66.0)).rows[0]
    assert (row.pss_per_worker, row.rate, row.concurrency) == (45_000_000, 66.0, None)
