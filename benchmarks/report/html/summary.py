"""The main table and the calculator for the page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from benchmarks.analysis.inference import Contrast
from benchmarks.analysis.statistics import Interval, Verdict
from benchmarks.analysis.summary import Summary
from benchmarks.report import main_table, sizing
from benchmarks.report.columns import NO_VALUE, figure, interval_text
from benchmarks.report.main_table import Entry
from benchmarks.results import Results


@dataclass(frozen=True)
class Main:
    """The main table. `sides` are the names of baseline and subject, None if they differ between rows."""

    load: str
    sides: tuple[str, str] | None
    entries: list[Entry]
    has_tails: bool
    meanings: list[str]

    def bodies(self) -> list[tuple[str, list[Entry]]]:
        """Return the rows of each scenario."""
        return [(scenario, list(rows)) for scenario, rows in groupby(self.entries, lambda entry: entry.scenario)]


@dataclass(frozen=True)
class Sizing:
    """The calculator: its data, and the rows for its first mix and the values that it starts with."""

    per_second: int
    utilisation: int
    mixes: list[str]
    needs: list[sizing.Need]
    data: dict[str, Any]


def main(results: Results, summaries: Sequence[Summary]) -> Main:
    """Return the main table."""
    rows = main_table.entries(results, summaries)
    return Main(
        load=main_table.load_text(results, summaries),
        sides=main_table.common_sides(rows),
        entries=rows,
        has_tails=main_table.has_tails(rows),
        meanings=main_table.meanings(rows),
    )


def calculator(results: Results, summaries: Sequence[Summary]) -> Sizing:
    """Return the calculator. It has no rows if nothing valid was measured."""
    sides = sizing.sides(results, summaries)
    mixes = sizing.mixes(sides)
    first = next(iter(mixes.values()), [])
    needs = sizing.needs(sides, first, sizing.PER_SECOND, sizing.UTILISATION)
    return Sizing(sizing.PER_SECOND, sizing.UTILISATION, list(mixes), needs, sizing.as_json(sides, mixes))


def bounds(ratio: Interval) -> str:
    """Return estimate and bounds for a data attribute of the page."""
    return " ".join(f"{value:.6g}" if math.isfinite(value) else "Infinity" for value in _values(ratio))


def _values(ratio: Interval) -> tuple[float, float, float]:
    return ratio.estimate, ratio.low, ratio.high


def ratio_text(contrast: Contrast | None) -> str:
    """Return the text of a ratio of the main table."""
    return interval_text(contrast.ratio) if contrast else NO_VALUE


def entry_kind(contrast: Contrast | None) -> str:
    """Return the CSS class of a ratio of costs or latencies: "better", "worse" or "same"."""
    if contrast is None or not contrast.verdict.is_difference:
        return "same"
    return "better" if contrast.verdict is Verdict.LOWER else "worse"


def optional_figure(value: float | None) -> str:
    """Return the text of a figure that may be missing."""
    return NO_VALUE if value is None else figure(value)
