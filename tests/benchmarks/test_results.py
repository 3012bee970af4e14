"""Raw results can be saved and loaded, and other files are rejected."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.cells import Load
from benchmarks.results import FILE, Results, UnreadableResults
from tests.benchmarks.factories import made_results


def test_results_are_read_as_they_were_saved(tmp_path: Path) -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    path = results.save(tmp_path)
    assert Results.load(path) == results
    assert Results.load(tmp_path) == results
    assert [file.name for file in tmp_path.iterdir()] == [FILE]


def test_rates_of_open_load_are_read_as_they_were_saved(tmp_path: Path) -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    (part,) = results.parts
    part.settings = replace(part.settings, loads=(Load(users=8), Load(share=0.6)), open_scenarios=("product_detail",))
    part.open_rates = {"product_detail": {"60%": 600.0}}
    first, *others = part.runs[0].cells
    opened = replace(first, load=Load(share=0.6), rate=600.0, pss=70_000_000, workers=2, dropped=1)
    part.runs[0] = replace(part.runs[0], cells=[first, opened, *others])
    assert Results.load(results.save(tmp_path)) == results


def test_a_round_that_lacks_a_run_is_not_finished() -> None:
    results = made_results({"django": 1000, "fastapi": 1500})
    (part,) = results.parts
    del part.runs[5]
    assert part.finished_rounds() == [1, 3, 4, 5]
    assert {run.round for run in part.finished_runs()} == {1, 3, 4, 5}


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 0}', '{"format": 3, "parts": {}}', "\x00"])
def test_the_error_for_an_invalid_file_has_its_name(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableResults, match=FILE):
        Results.load(tmp_path)


def test_the_error_for_a_missing_file_has_its_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableResults, match=r"nowhere.*No such file"):
        Results.load(tmp_path / "nowhere")
