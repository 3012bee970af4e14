"""The answer: sentences in plain words about the cost at each level and the tails, without claims from invalid rows."""

from dataclasses import replace

import pytest

from benchmarks.analysis.inference import Contrast
from benchmarks.analysis.overall import Overall
from benchmarks.analysis.statistics import Interval, Verdict
from benchmarks.analysis.summary import Summary, summaries
from benchmarks.cells import Load
from benchmarks.report.answer import NOTHING, SMOKE, answer
from benchmarks.results import Part, Results
from benchmarks.runs.head_to_head import DEPLOYED_SCENARIOS, TUTORIAL_SCENARIOS
from tests.benchmarks import sample_results


def answered(results: Results) -> list[str]:
    return answer(results, summaries(results))


@pytest.fixture(scope="module")
def measured() -> tuple[Results, list[Summary]]:
    results = sample_results.plain(
        loads=sample_results.LOADS,
        open_scenarios=("product_detail", "order_place"),
        scenarios=("product_detail", "order_place", "login"),
    )
    return results, summaries(results)


def with_cpu(measured: tuple[Results, list[Summary]], kind: str, interval: Interval) -> str:
    """Return the first sentence if the ratio of the reads or writes were this."""
    results, (summary,) = measured
    changed: list[Overall] = [replace(each, cpu=interval) for each in summary.overall if each.kind == kind]
    return answer(results, [replace(summary, overall=changed)])[0]


def with_tails(measured: tuple[Results, list[Summary]], *contrasts: Contrast) -> str:
    """Return the sentence about the tails if the contrasts of p99 were these."""
    results, (summary,) = measured
    replaced = iter(contrasts)
    comparisons = [
        replace(each, contrasts={**each.contrasts, "p99": next(replaced)}) if each.load.is_open else each
        for each in summary.comparisons
    ]
    return answer(results, [replace(summary, comparisons=comparisons)])[1]


def contrast(estimate: float, verdict: Verdict, same_within: float | None = None) -> Contrast:
    return Contrast(Interval(estimate, estimate * 0.9, estimate * 1.1), 0.01, verdict, same_within)


def test_each_level_has_a_sentence_and_the_tails_of_open_load_another() -> None:
    sentences = answered(sample_results.levels())
    beginnings = [
        "Tuned, on one CPU: reads cost Django 2.",
        "Tuned, on one CPU, tails at 60% of the slower one's capacity: FastAPI's p99 is 0.",
        "Tuned, as deployed: reads cost Django 2.",
        "As the frameworks' tutorials write it: reads cost Django 4.",
    ]
    assert len(sentences) == len(beginnings)
    for sentence, beginning in zip(sentences, beginnings, strict=True):
        assert sentence.startswith(beginning)


def test_ratios_name_the_costlier_side_and_are_above_one(measured: tuple[Results, list[Summary]]) -> None:
    lower = with_cpu(measured, "reads", Interval(0.5, 0.4, 0.8))
    assert "reads cost Django 2.00 times the server CPU of FastAPI [1.25, 2.50]" in lower
    higher = with_cpu(measured, "reads", Interval(1.5, 1.2, 1.8))
    assert "reads cost FastAPI 1.50 times the server CPU of Django [1.20, 1.80]" in higher


def test_costs_of_the_same_side_are_named_together(measured: tuple[Results, list[Summary]]) -> None:
    results, (summary,) = measured
    ratios = {"reads": Interval(0.5, 0.4, 0.8), "writes": Interval(1.0, 0.99, 1.01)}
    overall = [replace(each, cpu=ratios[each.kind]) for each in summary.overall]
    contrasts = {"cpu": contrast(0.8, Verdict.LOWER)}
    comparisons = [replace(each, contrasts=contrasts) for each in summary.comparisons if each.scenario == "login"]
    sentence = answer(results, [replace(summary, overall=overall, comparisons=comparisons)])[0]
    assert sentence == (
        "Tuned, on one CPU: reads cost Django 2.00 times the server CPU of FastAPI [1.25, 2.50]; "
        "sign-in 1.25 times [1.14, 1.39]; writes cost the same within 2%."
    )


def test_an_interval_around_one_is_an_equality_only_if_it_is_narrow(measured: tuple[Results, list[Summary]]) -> None:
    assert "writes cost the same within 8%" in with_cpu(measured, "writes", Interval(1.01, 0.94, 1.075))
    assert "writes: undecided (1.01 [0.80, 1.20])" in with_cpu(measured, "writes", Interval(1.01, 0.8, 1.2))


def test_an_interval_without_bounds_is_no_claim(measured: tuple[Results, list[Summary]]) -> None:
    assert "reads: undecided" in with_cpu(measured, "reads", Interval(0.5, 0.0, float("inf")))


def test_tails_count_the_scenarios_of_each_verdict(measured: tuple[Results, list[Summary]]) -> None:
    both = with_tails(measured, contrast(0.5, Verdict.LOWER), contrast(0.7, Verdict.LOWER))
    assert both.endswith(": FastAPI's p99 is 0.50 to 0.70 times Django's in all 2 scenarios.")
    mixed = with_tails(measured, contrast(0.5, Verdict.LOWER), contrast(1.4, Verdict.HIGHER))
    assert "FastAPI's p99 is 0.50 times Django's in product_detail" in mixed
    assert "FastAPI's p99 is 1.40 times Django's in order_place" in mixed
    none = with_tails(measured, contrast(1.0, Verdict.SAME, 0.05), contrast(1.1, Verdict.UNDECIDED))
    assert none.endswith(": the same within 5% in product_detail; undecided in order_place.")


def test_a_tail_without_a_finite_ratio_is_no_number(measured: tuple[Results, list[Summary]]) -> None:
    dropped = Contrast(Interval(float("inf"), 1.2, float("inf")), 0.01, Verdict.HIGHER, None)
    best = Contrast(Interval(0.0, 0.0, 0.8), 0.01, Verdict.LOWER, None)
    text = with_tails(measured, dropped, best)
    assert "FastAPI's p99 is far above Django's in product_detail" in text
    assert "FastAPI's p99 is far below Django's in order_place" in text


def test_invalid_scenarios_are_named_and_not_counted() -> None:
    results = sample_results.with_error(sample_results.small(), "django", "login", "GET /a: 500")
    (sentence,) = answered(results)
    assert "sign-in" not in sentence
    assert sentence.endswith("; not counted, because of wrong responses: login.")
    results = sample_results.plain(scenarios=("login",))
    results = sample_results.with_error(results, "django", "login", "GET /a: 500")
    (sentence,) = answered(results)
    assert "no valid comparison of Django and FastAPI" in sentence


@pytest.mark.parametrize("rounds", [2, 3, 4])
def test_too_few_rounds_are_no_claim(rounds: int) -> None:
    # With 35 ratios, five rounds are needed, although the interval of the reads alone has bounds from three rounds on.
    results = sample_results.plain(
        rounds=rounds, loads=sample_results.LOADS, open_scenarios=sample_results.OPEN_SCENARIOS
    )
    (sentence,) = answered(results)
    assert sentence == f"Tuned, on one CPU: too few rounds ({rounds} rounds) to compare FastAPI with Django."


def test_four_rounds_are_enough_for_parts_with_few_ratios() -> None:
    deployed = sample_results.new_part(
        "deployed", 4, workers=(2,), is_pinned=False, scenarios=DEPLOYED_SCENARIOS, loads=(Load(users=16),)
    )
    tutorial = sample_results.new_part("tutorial", 4, variants=sample_results.TUTORIALS, scenarios=TUTORIAL_SCENARIOS)
    beginnings = ["Tuned, as deployed: reads cost Django ", "As the frameworks' tutorials write it: reads cost Django "]
    for sentence, beginning in zip(answered(Results([deployed, tutorial])), beginnings, strict=True):
        assert sentence.startswith(beginning)


def test_a_smoke_run_makes_no_claim() -> None:
    assert answered(sample_results.small(is_smoke=True)) == [SMOKE]


def test_without_a_comparison_there_is_no_claim() -> None:
    assert answered(sample_results.plain(variants=("fastapi",), scenarios=("login",))) == [NOTHING]
    assert answered(Results([])) == [NOTHING]
    assert answered(Results([Part("main", sample_results.main(1).settings)])) == [NOTHING]


def test_a_scenario_alone_is_named() -> None:
    (sentence,) = answered(sample_results.plain(scenarios=("shopper",)))
    assert sentence.startswith("Tuned, on one CPU: shopper costs Django 2.")


def test_several_variants_of_a_framework_keep_their_names() -> None:
    results = sample_results.plain(variants=("django", "django-sync", "fastapi"), scenarios=("product_detail",))
    first, second = answered(results)
    assert "reads cost django-sync 1.1" in first
    assert "of django " in first
    assert "the server CPU of FastAPI" in second
