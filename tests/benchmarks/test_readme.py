"""The tables of the benchmark's README name what the code measures."""

import re

from benchmarks.runs.head_to_head import head_to_head
from benchmarks.runs.suite import full
from benchmarks.scenarios import SCENARIOS
from benchmarks.settings import DJANGO_LAYERS, FASTAPI_LAYERS, Settings
from harness.paths import ROOT
from harness.servers.names import DESCRIPTIONS

README = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
# Names in the table of parts that are not those of parts.
PARTS = {"load, open": ["load", "open"], "cold start": ["cold-start"]}


def first_cells(*head: str) -> list[list[str]]:
    """Return the texts of the first column of each table whose heading begins with these texts."""
    pattern = rf"^\| {re.escape(' | '.join(head))} \|.*\n\|[-:|]+\n((?:\|.*\n)+)"
    tables = re.findall(pattern, README, re.MULTILINE)
    return [[line.split("|")[1].strip() for line in table.splitlines()] for table in tables]


def code(cells: list[str]) -> list[str]:
    """Return the names in backticks with which cells begin: `fastapi` of "`fastapi` (the implementation)"."""
    return [cell.split("`")[1] for cell in cells]


def test_every_scenario_is_described_in_the_order_of_measurement() -> None:
    assert first_cells("scenario", "request") == [list(SCENARIOS)]


def test_the_layers_are_described_in_the_order_in_which_they_nest() -> None:
    tables = first_cells("layer", "part that it adds")
    assert [code(names) for names in tables] == [list(FASTAPI_LAYERS), list(DJANGO_LAYERS)]


def test_every_variant_that_has_a_description_is_described() -> None:
    (names,) = first_cells("variant", "what it shows")
    assert code(names) == list(DESCRIPTIONS)


def test_every_part_is_described() -> None:
    (names,) = first_cells("part", "question")
    parts = [part for name in names for part in PARTS.get(name, [name])]
    assert sorted(parts) == sorted(part.name for part in full(Settings()))


def test_the_parts_of_a_short_run_are_described_first() -> None:
    (names,) = first_cells("part", "question")
    assert names[:3] == [part.name for part in head_to_head(Settings())]
