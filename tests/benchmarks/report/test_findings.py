"""Findings are sentences that count verdicts and name the excluded scenarios."""

from benchmarks.analysis.summary import summaries
from benchmarks.report.findings import findings
from benchmarks.results import Results
from tests.benchmarks import sample_results


def findings_of(results: Results) -> list[str]:
    (summary,) = summaries(results)
    return findings(summary, results.parts[0].settings)


def test_each_measure_has_a_sentence() -> None:
    rate, cost = findings_of(sample_results.small())
    # The synthetic costs of login differ by 2%, which is more than the noise of the synthetic runs.
    assert rate.startswith(
        "Requests per second: fastapi handles more than django in 2 of 3 (product_detail, login): 1.02 to 2."
    )
    assert rate.endswith("times; both are the same within 3% in product_search.")
    assert cost.startswith("Server CPU per request: fastapi needs less than django in all 3: 0.")


def test_invalid_scenarios_are_excluded_and_named() -> None:
    results = sample_results.with_error(sample_results.small(), "django", "login", "GET /a: 500")
    results.parts[0].ceilings = dict.fromkeys(results.parts[0].settings.scenarios, 2500.0)
    rate, cost = findings_of(results)
    assert rate.endswith("both are the same within 3% in product_search; not counted: product_detail, login.")
    assert "more than" not in rate
    assert cost.endswith("not counted: login.")


def test_a_part_without_valid_scenarios_has_no_findings() -> None:
    results = sample_results.with_error(sample_results.plain(scenarios=("login",)), "fastapi", "login", "GET /a: 500")
    assert findings_of(results)[0] == "Requests per second: fastapi and django cannot be compared; not counted: login."


def test_two_rounds_give_no_finding() -> None:
    assert (
        findings_of(sample_results.small(rounds=2))[0]
        == "Requests per second: too few rounds to compare fastapi with django in all 3."
    )


def test_one_variant_gives_no_finding() -> None:
    assert findings_of(sample_results.small(variants=("django",))) == []
