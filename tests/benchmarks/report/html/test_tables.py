"""The tables of the page: columns, colours of the verdicts, rows that can be compared, and caveats."""

from dataclasses import replace

import pytest

from benchmarks.analysis.statistics import Verdict
from benchmarks.analysis.summary import summaries
from benchmarks.report import columns
from benchmarks.report.caveats import MEANINGS, Caveat
from benchmarks.report.html.rows import Line
from benchmarks.report.html.tables import table
from benchmarks.results import Results
from tests.benchmarks import sample_results
from tests.benchmarks.report.html.pages import written


def lines(results: Results) -> list[Line]:
    (summary,) = summaries(results)
    return table(results.parts[0], summary).lines


def test_ratios_are_coloured_by_their_verdicts() -> None:
    results = sample_results.small()
    (summary,) = summaries(results)
    kinds = {
        (line.scenario, number): datum.kind.removeprefix("ratio ")
        for line in table(results.parts[0], summary).lines
        for number, datum in enumerate(each for each in line.data if each.ratio)
    }
    better = {"cpu": Verdict.LOWER, "rate": Verdict.HIGHER}
    assert len(kinds) == 6
    for each in summary.comparisons:
        for number, name in enumerate(better):
            verdict = each.contrasts[name].verdict
            expected = ("better" if verdict is better[name] else "worse") if verdict.is_difference else "same"
            assert kinds[each.scenario, number] == expected
    assert kinds["product_detail", 0] == kinds["product_detail", 1] == "better"
    assert kinds["product_search", 1] == "same"


def test_with_too_few_rounds_ratios_have_no_colour_and_no_interval() -> None:
    data = [datum for line in lines(sample_results.small(rounds=2)) for datum in line.data]
    assert not [datum for datum in data if "better" in datum.kind or "worse" in datum.kind or "[" in datum.text]


def test_latencies_of_closed_load_have_the_share_of_time_in_which_users_waited() -> None:
    results = sample_results.plain(scenarios=("product_detail",), loads=sample_results.LOADS)
    (part,) = results.parts
    assert "N" not in heads(results)
    part.runs = [
        replace(run, cells=[each if each.load.is_open else replace(each, concurrency=0.984) for each in run.cells])
        for run in part.runs
    ]
    position = heads(results).index("N")
    assert heads(results)[position - 1] == "p99"
    assert [line.data[position].text for line in lines(results)] == ["0.98", "0.98", "-", "-"]
    assert all(len(line.data) == len(heads(results)) for line in lines(results))


def heads(results: Results) -> list[str]:
    """Return the headings of the columns of the only part."""
    (summary,) = summaries(results)
    return [column.head for column in table(results.parts[0], summary).columns]


@pytest.mark.parametrize("threadless", [(), ("fastapi",)])
def test_each_variant_has_one_row_that_a_row_can_be_compared_with_if_threads_vary(threadless: tuple[str, ...]) -> None:
    part = sample_results.new_part(
        "pool", 3, turns=1, threads=(2, 4), threadless=threadless, scenarios=("product_list",)
    )
    report = lines(Results([part]))
    keys = [(line.group, line.variant) for line in report]
    assert len(set(keys)) == len(keys) == 4 - len(threadless)
    assert {(line.first_group, name) for line in report for name in part.settings.variants} <= set(keys)


def test_an_invalid_scenario_is_marked_and_has_no_ratio() -> None:
    report = lines(sample_results.with_error(sample_results.small(), "django", "product_detail", "GET /a: 500"))
    kinds = {line.scenario: {datum.kind for datum in line.data} for line in report if line.variant == "fastapi"}
    assert "ratio invalid" in kinds["product_detail"]
    assert "ratio better" not in kinds["product_detail"]
    assert {line.kind for line in report if line.scenario == "product_detail"} == {"invalid"}


def test_a_scenario_that_failed_verification_still_has_a_row() -> None:
    results = sample_results.small()
    results.parts[0].gate["login"] = "fastapi: different body"
    report = written(results)
    assert "INVALID: not measured" in report
    assert "verification: fastapi: different body" in report


def test_rates_above_half_of_the_generator_s_highest_rate_are_rejected_with_their_ratios() -> None:
    results = sample_results.small()
    results.parts[0].ceilings = dict.fromkeys(results.parts[0].settings.scenarios, 2500.0)
    (line,) = (line for line in lines(results) if line.scenario == "product_detail" and line.variant == "fastapi")
    assert (line.data[3].kind, line.data[4].kind) == ("rejected", "ratio rejected")
    assert 2 in line.data[3].caveats


def test_the_resource_that_limits_a_rate_has_the_same_name_in_caveats_and_tables() -> None:
    results = sample_results.small()
    (summary,) = summaries(results)
    assert "see the column limit" in MEANINGS[Caveat.OTHER_LIMIT]
    assert "limit" in columns.measured(summary, results.parts[0].settings).head
    assert "limit" in [column.head for column in table(results.parts[0], summary).columns]
    assert "bottleneck" not in written(results).lower()
