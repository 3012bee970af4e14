"""Selects the data of charts from the rows of a part."""

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from operator import itemgetter
from typing import Protocol

from benchmarks.analysis.comparisons import Comparison
from benchmarks.analysis.rows import Row
from benchmarks.analysis.statistics import Interval
from benchmarks.analysis.summary import Summary
from benchmarks.report.html.rows import kind_of
from benchmarks.report.labels import subject_label
from benchmarks.results import Part
from benchmarks.settings import Settings

# The number of points of a latency curve between two powers of ten.
_POINTS = 24
# The ticks of logarithmic axes.
STEPS = [digit * 10.0**power for power in range(-3, 6) for digit in (1, 2, 5)]
DECADES = STEPS[::3]


@dataclass(frozen=True)
class RatioPoint:
    """A ratio for a chart. `kind` determines its colour. `interval` is None if there are too few rounds."""

    name: str
    estimate: float
    interval: Interval | None
    kind: str


def ratio_points(summary: Summary, settings: Settings, measure: str) -> list[RatioPoint]:
    """Return the ratios of a measure, in the order of the table: "rate" or "cpu" of closed load, "p99" of open load."""
    points = []
    for each in summary.comparisons:
        if measure in each.contrasts and each.load.is_open == (measure == "p99"):
            ratio = each.contrasts[measure].ratio
            interval = ratio if ratio.is_bounded else None
            if math.isfinite(ratio.estimate) and ratio.estimate > 0:
                kind = kind_of(each, measure, each.contrasts[measure], summary)
                points.append(RatioPoint(_name(each, settings), ratio.estimate, interval, kind))
    return points


def _name(each: Comparison, settings: Settings) -> str:
    has_one_comparison = len(settings.subjects) == 2
    return each.scenario if has_one_comparison else f"{each.scenario}, {subject_label(each.subject, settings)}"


def tail_latencies(latencies: Mapping[int, int]) -> list[tuple[float, float]]:
    """Return points (n, milliseconds): one in n responses took at least that long.

    n is 2 for the median and 100 for the 99th percentile. `latencies` maps microseconds to numbers of responses.
    """
    total = sum(latencies.values())
    ordered = sorted(latencies)
    cumulative = list(accumulate(latencies[value] for value in ordered))
    points, index = [], 0
    for number in range(math.floor(_POINTS * math.log10(total)) + 1 if total else 0):
        one_in = 10 ** (number / _POINTS)
        while index < len(ordered) - 1 and cumulative[index] < math.ceil(total * (1 - 1 / one_in)):
            index += 1
        points.append((one_in, ordered[index] / 1000))
    return points


def closed_rows(summary: Summary) -> list[Row]:
    """Return the rows under closed load."""
    return [row for row in summary.rows if not row.load.is_open]


def open_rows(summary: Summary) -> list[Row]:
    """Return the rows under open load."""
    return [row for row in summary.rows if row.load.is_open]


def by_scenario(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the rows of each scenario, in the order of the table."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.scenario, []).append(row)
    return groups


class Axis(Protocol):
    """What varies along the x axis of a line chart. See `benchmarks.report.svg.sweeps.Sweep`."""

    @property
    def position(self) -> Callable[[Row], float | None]:
        """Return the value of a row on the axis, None if it does not belong in the chart."""

    @property
    def line(self) -> Callable[[Row], Hashable]:
        """Return equal values for the rows of one line."""


def swept(summary: Summary, scenario: str, axis: Axis) -> list[list[tuple[float, Row]]]:
    """Return the lines of a scenario over an axis: pairs of position and row in ascending order.

    Lines with only one point are left out.
    """
    lines: dict[Hashable, list[tuple[float, Row]]] = {}
    for row in summary.rows:
        if row.scenario == scenario and (x := axis.position(row)) is not None:
            lines.setdefault(axis.line(row), []).append((float(x), row))
    ordered = (sorted(points, key=itemgetter(0)) for points in lines.values())
    return [points for points in ordered if len(points) > 1]


def layers(summary: Summary, part: Part, scenario: str) -> list[Row]:
    """Return the rows of the framework layers, with the baseline, which is measured first, at the end."""
    baseline, *others = part.settings.subjects
    rows = (summary.row(scenario, part.settings.loads[0], subject) for subject in (*others, baseline))
    return [row for row in rows if row]


def cpu_ratio(summary: Summary, row: Row) -> float | None:
    """Return the ratio of a row's server CPU per request to that of its baseline, None for the baseline itself."""
    same = [each for each in summary.comparisons if (each.scenario, each.subject) == (row.scenario, row.subject)]
    return next((each.contrasts["cpu"].ratio.estimate for each in same if each.load == row.load), None)


def pgbench_cost(part: Part, scenario: str) -> float | None:
    """Return PostgreSQL's CPU per statement of a scenario in microseconds, as measured with pgbench."""
    cost = part.extra.get("pgbench", {}).get(scenario, {}).get("database_cpu")
    return None if cost is None else float(cost)


def memory(part: Part) -> dict[str, list[tuple[float, float]]]:
    """Return, by variant, points (number of requests, memory in MB)."""
    return {
        variant: [(float(requests), float(rss) / 1e6) for requests, rss in points]
        for variant, points in part.extra.get("memory", {}).items()
    }


def without_invalid(summary: Summary) -> Summary:
    """Return the summary without invalid scenarios, which are not drawn."""
    return replace(
        summary,
        rows=[row for row in summary.rows if row.scenario not in summary.invalid],
        comparisons=[each for each in summary.comparisons if each.scenario not in summary.invalid],
    )


def has_one_load(part: Part) -> bool:
    """Return whether the part has at most one load of each kind, closed and open, and one number of products."""
    return not has_several_loads(part) and len(part.settings.sizes) == 1


def has_several_loads(part: Part) -> bool:
    """Return whether the part has several closed or several open loads."""
    kinds = [load.is_open for load in part.settings.loads]
    return len(kinds) > len(set(kinds))


def is_layers_part(part: Part) -> bool:
    """Return whether this is the part that measures the framework layers."""
    return part.name == "layers"


def is_upstream_part(part: Part) -> bool:
    """Return whether this is the part whose requests wait for another server."""
    return part.name == "upstream"


def axis_range(values: Sequence[float]) -> tuple[float, float]:
    """Return the last of STEPS below all values and the first above them."""
    low = max((step for step in STEPS if step < min(values, default=1)), default=STEPS[0])
    high = min((step for step in STEPS if step > max(values, default=1)), default=STEPS[-1])
    return low, high


def short_number(size: int) -> str:
    """Return a number of products in few characters: 10k, 1M."""
    return f"{size // 1_000_000}M" if size % 1_000_000 == 0 else f"{size // 1000}k" if size % 1000 == 0 else f"{size:,}"
