"""The comparison of two runs."""

from dataclasses import replace

from rich.console import Console

from benchmarks.report.compare import compare, differences, grids
from benchmarks.results import Results
from tests.benchmarks import sample_results


def printed(first: Results, second: Results) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        compare(console, first, second)
    return capture.get()


def faster(results: Results, variant: str, times: float) -> Results:
    """Return the run with a variant that handles `times` as many requests with the same CPU time."""
    for part in results.parts:
        part.runs = [
            replace(run, cells=[replace(cell, requests=cell.requests * times) for cell in run.cells])
            if run.subject.variant == variant
            else run
            for run in part.runs
        ]
    return results


def test_a_run_compared_with_itself_shows_no_difference() -> None:
    text = printed(sample_results.small(), sample_results.small())
    assert "intervals overlap" in text
    assert "runs disagree" not in text
    assert "The recorded settings, versions and machine are the same." in text


def test_ratios_that_differ_are_reported() -> None:
    (figures, ratios) = grids(sample_results.small(), faster(sample_results.small(), "fastapi", 1.5))
    assert {line[4] for line in figures.body if line[1] == "fastapi"} == {"1.50"}
    assert {line[4] for line in figures.body if line[1] == "django"} == {"1.00"}
    assert {cell for line in ratios.body for cell in line if "intervals" in cell or "runs" in cell} == {"runs disagree"}


def test_common_parts_are_compared_and_the_others_are_named() -> None:
    first, second = sample_results.small(), sample_results.small()
    first.parts += [sample_results.variants(), sample_results.growth()]
    second.parts += [sample_results.variants(), sample_results.layers()]
    titles = " ".join(grid.title for grid in grids(first, second))
    assert "main: figures" in titles
    assert "variants: ratios" in titles
    assert "growth" not in titles
    assert differences(first, second) == ["only A has: growth", "only B has: layers"]


def test_each_load_and_subject_has_its_own_row() -> None:
    first = Results([sample_results.load()])
    (figures, _) = grids(first, first)
    assert len({tuple(line[:3]) for line in figures.body}) == len(figures.body) == 48
    assert ["product_list", "fastapi", "800/s open"] in [list(line[:3]) for line in figures.body]


def test_different_settings_are_listed() -> None:
    first, second = sample_results.small(), sample_results.small(rounds=3, of=5, seed=2)
    second.sessions[0] |= {"cpu": "Another", "packages": {"django": "6.1", "fastapi": "0.166"}, "date": "later"}
    assert differences(first, second) == [
        "main: seed: A 1, B 2",
        "main: rounds finished: A 5, B 3",
        "cpu: A Made-up Processor, B Another",
        "packages: fastapi: A 0.165, B 0.166",
    ]


def test_invalid_rates_are_marked() -> None:
    first, second = sample_results.small(), sample_results.small()
    first.parts[0].ceilings = dict.fromkeys(first.parts[0].settings.scenarios, 2200.0)
    second.parts[0].gate["login"] = "different body"
    figures, ratios = grids(first, second)
    assert any("rejected" in line[2] for line in figures.body)
    assert "login" not in {line[0] for line in (*figures.body, *ratios.body)}


def test_two_rounds_have_no_verdict() -> None:
    first = sample_results.small(rounds=2)
    _, ratios = grids(first, first)
    assert all("too few rounds" in line for line in ratios.body)
    assert not any("[" in cell for line in ratios.body for cell in line)
