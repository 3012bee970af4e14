"""The report in the terminal and as Markdown."""

from rich.console import Console

from benchmarks.analysis.summary import summaries
from benchmarks.report import markdown, terminal
from benchmarks.results import Results
from tests.benchmarks import sample_results
from tests.benchmarks.factories import made_results


def printed(results: Results) -> str:
    console = Console(width=terminal.WIDTH, record=True, quiet=False, file=None, force_terminal=False)
    with console.capture() as capture:
        terminal.show(console, summaries(results), results)
    return capture.get()


def written(results: Results) -> str:
    return markdown.report(summaries(results), results)


def test_both_reports_name_the_faster_variant_and_the_precision() -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    for report in (printed(results), written(results)):
        assert "fastapi faster" in report
        assert "fastapi cheaper" in report
        assert "the noise of one run (standard deviation) is" in report
        assert "in one of 2 ratios is found in 90% of such runs" in " ".join(report.split())
        assert "equal for all variants" in report


def test_both_reports_state_an_equality_with_its_margin() -> None:
    results = made_results({"django": 1000, "fastapi": 1001})
    for report in (printed(results), written(results)):
        assert "same within 2%" in report
        assert "fastapi faster" not in report


def test_too_few_rounds_are_reported_with_the_number_that_is_needed() -> None:
    report = written(made_results({"django": 1000, "fastapi": 1500}, rounds=2))
    assert "too few rounds" in report
    assert "with 2 turns of each subject per round, 2 ratios need at least 3 rounds for verdicts" in report


def test_an_invalid_scenario_is_marked_in_all_tables() -> None:
    results = made_results({"django": 1000, "fastapi": 1500}, wrong=("django",))
    for report in (printed(results), written(results)):
        assert report.count("INVALID") >= 4
        assert "fastapi faster" not in report
        assert "3 wrong responses" in report


def test_a_scenario_that_failed_verification_still_has_a_row() -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    results.parts[0].gate["product_detail"] = "fastapi: GET /api/products/a: different body"
    for report in (printed(results), written(results)):
        assert "product" in report
        assert "INVALID" in report
        assert "different body" in report


def test_unfinished_rounds_are_reported() -> None:
    assert "Only 3 of 5 rounds" in written(made_results({"django": 1000, "fastapi": 1500}, rounds=3, of=5))


def test_response_text_is_escaped_in_markdown() -> None:
    results = made_results({"django": 1000, "fastapi": 1500}, wrong=("django",))
    assert "/a\\|b" in written(results)


def test_provenance_is_in_the_markdown() -> None:
    assert "- commit: abc" in written(made_results({"django": 1000, "fastapi": 1500}))


def test_the_noise_and_the_control_of_each_part_have_its_name() -> None:
    results = sample_results.levels()
    lists = dict(terminal.sections(summaries(results), results))
    for title in ("A/A control", "Precision"):
        assert [line.partition(":")[0] for line in lists[title]] == [
            part.name for part in results.parts for _ in range(2)
        ]
