"""The pictures of the Markdown report: small and reproducible SVG files without external references."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from benchmarks.analysis.summary import summaries
from benchmarks.report.palette import LIGHT
from benchmarks.report.series import tail_latencies
from benchmarks.report.svg.pictures import write_pictures
from benchmarks.results import Results
from tests.benchmarks import sample_results


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_pictures(sample_results.full(), tmp_path_factory.mktemp("pictures"))


def test_a_full_run_has_all_pictures(drawn: list[Path]) -> None:
    names = ("ratios", "cost", "latencies", "workers", "users", "arrivals", "layers", "growth", "memory")
    assert [path.stem for path in drawn] == [*names]


def test_pictures_are_small_and_have_no_external_references(drawn: list[Path]) -> None:
    for path in drawn:
        text = path.read_text(encoding="utf-8")
        assert len(text) < 100_000
        assert "<image" not in text
        assert "<script" not in text
        assert "@import" not in text


def test_pictures_have_a_text_alternative_and_a_background(drawn: list[Path]) -> None:
    for path in drawn:
        root = ET.parse(path).getroot()
        title, description = (root.findtext(f"{{http://www.w3.org/2000/svg}}{tag}") for tag in ("title", "desc"))
        assert title
        assert description
        assert LIGHT["ground"] in path.read_text(encoding="utf-8")


def test_text_is_written_as_text_and_not_as_paths(drawn: list[Path]) -> None:
    for path in drawn:
        words = [each.text for each in ET.parse(path).iter("{http://www.w3.org/2000/svg}text")]
        assert re.search("django|product_", " ".join(map(str, words)))
        assert len(words) > 5


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    results = sample_results.small()
    found = summaries(results)
    one, other = (write_pictures(results, tmp_path / name, found) for name in ("one", "other"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
    assert b"<dc:date" not in one[0].read_bytes()


def test_a_run_of_the_main_part_has_three_pictures(tmp_path: Path) -> None:
    names = [path.name for path in write_pictures(sample_results.small(), tmp_path)]
    assert names == ["ratios.svg", "cost.svg", "latencies.svg"]


def test_no_measurements_give_no_picture(tmp_path: Path) -> None:
    results = sample_results.full()
    for part in results.parts:
        part.runs.clear()
        part.extra.clear()
    assert write_pictures(results, tmp_path) == []
    assert write_pictures(Results([]), tmp_path) == []


def test_an_invalid_scenario_is_not_drawn(tmp_path: Path) -> None:
    results = sample_results.with_error(sample_results.small(), "fastapi", "login", "GET /a: 500")
    for path in write_pictures(results, tmp_path):
        assert "login" not in path.read_text(encoding="utf-8")
        assert "product_detail" in path.read_text(encoding="utf-8")


def test_tail_latencies_come_from_the_buckets() -> None:
    points = tail_latencies({1000: 90, 5000: 9, 20_000: 1})
    found = {round(one_in, 6): milliseconds for one_in, milliseconds in points}
    assert (found[1], found[10], found[100]) == (1.0, 1.0, 5.0)
    assert tail_latencies({}) == []
