"""Line charts over what varies in a part."""

import math
from dataclasses import replace

from benchmarks.analysis.rows import Row
from benchmarks.analysis.summary import Summary, summarise
from benchmarks.cells import Load
from benchmarks.report import series
from benchmarks.report.svg.lines import latencies, sweeps
from benchmarks.report.svg.plot import Plot
from benchmarks.report.svg.sweeps import SWEEPS
from benchmarks.results import Part
from benchmarks.settings import Subject
from tests.benchmarks import sample_results

USERS = next(sweep for sweep in SWEEPS if sweep.name == "users")


def drawn(part: Part) -> dict[str, Plot]:
    return {plot.name: plot for plot in sweeps(part, summarise(part))}


def test_a_quantity_with_several_values_has_a_plot() -> None:
    assert set(drawn(sample_results.load())) == {"users", "arrivals"}
    assert set(drawn(sample_results.growth())) == {"growth"}
    assert set(drawn(sample_results.variants())) == {"workers"}
    assert drawn(sample_results.main()) == {}


def test_each_line_has_the_rows_of_one_subject_in_order() -> None:
    lines = series.swept(summarise(sample_results.load()), "shopper", USERS)
    for variant, points in zip(("django", "fastapi"), lines, strict=True):
        assert [users for users, _ in points] == list(sample_results.USERS)
        assert {row.subject for _, row in points} == {Subject(variant)}


def test_shares_of_the_capacity_are_drawn_at_their_arrivals_per_second() -> None:
    arrivals = next(sweep for sweep in SWEEPS if sweep.name == "arrivals")
    part = sample_results.load()
    shares = {load: Load(share=(load.rate or 0) / 1000) for load in part.settings.loads if load.is_open}
    part.settings = replace(part.settings, loads=(*part.settings.loads[:1], *shares.values()))
    part.runs = [
        replace(run, cells=[replace(each, load=shares.get(each.load, each.load)) for each in run.cells])
        for run in part.runs
    ]
    lines = series.swept(summarise(part), "shopper", arrivals)
    assert [[rate for rate, _ in points] for points in lines] == [[load.rate for load in shares]] * 2


def test_lines_of_the_same_colour_have_different_strokes() -> None:
    loads = (Load(users=8), Load(users=32))
    part = sample_results.new_part("upstream", 3, threads=(4, 16), threadless=("fastapi",), loads=loads)
    plots = drawn(part)
    assert set(plots) == {"users"}
    keys = [(key.label, key.colour, key.stroke) for key in plots["users"].keys]
    assert keys == [
        ("django, pool of 4", "django", "solid"),
        ("django, pool of 16", "django", "dash"),
        ("fastapi", "fastapi", "solid"),
    ]


def test_late_and_dropped_arrivals_are_drawn_if_there_are_some() -> None:
    part = sample_results.load()
    titles = [panel.title for panel in drawn(part)["arrivals"].panels]
    assert any("late or dropped" in title for title in titles)
    part.runs = [replace(run, cells=[replace(each, late=0, dropped=0) for each in run.cells]) for run in part.runs]
    assert not any("late or dropped" in panel.title for panel in drawn(part)["arrivals"].panels)


def test_a_new_quantity_needs_only_an_entry() -> None:
    part = sample_results.load()
    by_length = replace(USERS, name="length", position=lambda row: len(str(row.load)))
    lines = series.swept(summarise(part), "shopper", by_length)
    assert [sorted(x for x, _ in points) == [x for x, _ in points] for points in lines] == [True, True]


def test_an_infinite_p99_is_not_drawn() -> None:
    (p99,) = USERS.panels[1]
    assert p99.value(row(p99=math.inf)) is p99.value(row(p99=math.nan)) is None
    assert p99.value(row(p99=12.5)) == 12.5


def test_latencies_that_were_not_measured_have_no_plot() -> None:
    part = sample_results.main()
    part.runs = [replace(run, cells=[replace(cell, latencies={}) for cell in run.cells]) for run in part.runs]
    assert list(latencies(part, summarise(part))) == []


def row(**changes: float) -> Row:
    summary: Summary = summarise(sample_results.small().parts[0])
    return replace(summary.rows[0], load=Load(users=1), **changes)  # type: ignore[arg-type]
