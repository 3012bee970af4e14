"""The main table: a row for each scenario and level, with both sides."""

import pytest
from rich.console import Console

from benchmarks.analysis.summary import summaries
from benchmarks.report import main_table, terminal
from benchmarks.report.columns import Grid
from benchmarks.results import Results
from tests.benchmarks import sample_results


def table(results: Results) -> Grid:
    return main_table.grid(results, summaries(results))


@pytest.fixture(scope="module")
def levels() -> Grid:
    return table(sample_results.levels())


def test_a_scenario_has_a_row_for_each_level_that_measured_it(levels: Grid) -> None:
    rows = [(line[0], line[1]) for line in levels.body]
    assert rows[:3] == [("product_detail", level) for level in ("one CPU", "deployed", "tutorial")]
    assert ("login", "deployed") in rows
    assert ("login", "tutorial") not in rows


def test_a_row_has_the_figures_of_both_sides_and_the_verdicts(levels: Grid) -> None:
    head = [name.replace("\n", " ") for name in levels.head]
    row = dict(zip(head, levels.body[0], strict=True))
    assert float(row["Django req/s"].replace(",", "")) < float(row["FastAPI req/s"].replace(",", ""))
    assert row["CPU FastAPI/Django [95%]"].startswith("0.4")
    assert (row["verdict"], row["p99 verdict"]) == ("FastAPI cheaper", "FastAPI faster")
    assert float(row["Django p99 ms"]) > float(row["FastAPI p99 ms"]) > float(row["FastAPI p50 ms"])
    assert "with 8 users for each worker; p50 and p99 at 60%" in levels.title


def test_the_table_fits_in_the_terminal(levels: Grid) -> None:
    console = Console(width=terminal.WIDTH)
    with console.capture() as capture:
        console.print(terminal.rich_table(levels))
    assert "…" not in capture.get()
    assert max(map(len, capture.get().splitlines())) <= terminal.WIDTH


def test_the_load_does_not_name_workers_if_each_server_has_one() -> None:
    assert table(sample_results.small()).title.endswith("with 8 users")


def test_without_open_load_there_are_no_columns_for_it() -> None:
    assert not [name for name in table(sample_results.small()).head if "p99" in name]


def test_an_invalid_scenario_has_no_ratio_and_no_verdict() -> None:
    results = sample_results.with_error(sample_results.small(), "django", "login", "GET /a: 500")
    results.parts[0].gate["product_search"] = "different body"
    rows = {line[0]: line[2:] for line in table(results).body}
    assert rows["login"][2:] == ["-", "INVALID"]
    assert rows["product_search"] == ["-", "-", "-", "INVALID"]
    assert rows["product_detail"][3] == "FastAPI cheaper"


def test_sides_are_named_in_each_row_if_they_differ() -> None:
    results = sample_results.plain(variants=("django", "django-sync", "fastapi"), scenarios=("product_detail",))
    grid = table(results)
    assert [line[2] for line in grid.body] == ["django-sync / django", "FastAPI / django"]


def test_a_run_of_one_variant_has_no_main_table() -> None:
    assert table(sample_results.plain(variants=("fastapi",), scenarios=("login",))).body == []
