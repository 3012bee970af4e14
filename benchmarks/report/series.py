"""What pictures are drawn from, picked out of a part's rows: the same for the page and for Markdown."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from benchmarks.analysis.comparisons import Comparison
from benchmarks.analysis.rows import Row
from benchmarks.analysis.statistics import Interval, Verdict
from benchmarks.analysis.summary import Summary
from benchmarks.cells import Load
from benchmarks.report.html.rows import kind_of
from benchmarks.report.labels import subject_label
from benchmarks.results import Part
from benchmarks.settings import Settings, Subject

# So many points for each factor of ten by which the rest of the answers shrinks.
_POINTS = 24
# Where logarithmic axes have their ticks.
STEPS = [digit * 10.0**power for power in range(-3, 6) for digit in (1, 2, 5)]


@dataclass(frozen=True)
class RatioPoint:
    """A ratio as it is drawn. `kind` is how it is coloured; the interval is None where it would look too certain."""

    name: str
    comparison: Comparison
    estimate: float
    interval: Interval | None
    band: float | None
    kind: str


def ratio_points(summary: Summary, settings: Settings, measure: str) -> list[RatioPoint]:
    """Ratios of "rate" or "cpu", in the order of the table."""
    found = []
    for each in summary.comparisons:
        contrast = each.rate if measure == "rate" else each.cpu
        interval = None if contrast.verdict is Verdict.TOO_FEW_ROUNDS else contrast.ratio
        kind = kind_of(each, measure, contrast, summary)
        estimate = contrast.ratio.estimate
        found.append(RatioPoint(_name(each, settings), each, estimate, interval, contrast.band, kind))
    return found


def _name(each: Comparison, settings: Settings) -> str:
    has_one = len(settings.subjects) == 2
    return each.scenario if has_one else f"{each.scenario}, {subject_label(each.subject, settings)}"


def slowest_shares(latencies: Mapping[int, int]) -> list[tuple[float, float]]:
    """Points (one in so many answers, ms that it took or longer): 2 is the median, 100 the 99th percentile."""
    total = sum(latencies.values())
    ordered = sorted(latencies)
    reached = list(accumulate(latencies[value] for value in ordered))
    points, place = [], 0
    for number in range(math.floor(_POINTS * math.log10(total)) + 1 if total else 0):
        one_in = 10 ** (number / _POINTS)
        while place < len(ordered) - 1 and reached[place] < math.ceil(total * (1 - 1 / one_in)):
            place += 1
        points.append((one_in, ordered[place] / 1000))
    return points


def closed(part: Part) -> list[Load]:
    """The part's closed loads, fewest users first."""
    return sorted((load for load in part.settings.loads if not load.is_open), key=lambda load: load.users or 0)


def opened(part: Part) -> list[Load]:
    """The part's open loads, slowest first."""
    return sorted((load for load in part.settings.loads if load.is_open), key=lambda load: load.rate or 0.0)


def along_loads(summary: Summary, scenario: str, subject: Subject, loads: list[Load]) -> list[Row]:
    """A subject's rows in the order of the loads."""
    return [row for load in loads if (row := summary.row(scenario, load, subject))]


def along_sizes(summary: Summary, scenario: str, subject: Subject) -> list[Row]:
    """The rows of a subject's variant and workers, fewest products first."""
    same = [row for row in summary.rows if row.scenario == scenario and row.subject.variant == subject.variant]
    return sorted((row for row in same if row.subject.workers == subject.workers), key=lambda row: row.subject.size)


def along_workers(summary: Summary, scenario: str, subject: Subject) -> list[Row]:
    """The rows of a subject's variant and size, fewest workers first."""
    same = [row for row in summary.rows if row.scenario == scenario and row.subject.variant == subject.variant]
    return sorted((row for row in same if row.subject.size == subject.size), key=lambda row: row.subject.workers)


def layers(summary: Summary, part: Part, scenario: str) -> list[Row]:
    """The layers' rows from tutorials down to what everything is compared with, which is measured first."""
    first, *others = part.settings.subjects
    found = (summary.row(scenario, part.settings.loads[0], subject) for subject in (*others, first))
    return [row for row in found if row]


def times_baseline(summary: Summary, row: Row) -> float | None:
    """Server CPU per request over that of the row's baseline."""
    there = [each for each in summary.comparisons if (each.scenario, each.subject) == (row.scenario, row.subject)]
    return next((each.cpu.ratio.estimate for each in there if each.load == row.load), None)


def pgbench_cost(part: Part, scenario: str) -> float | None:
    """Microseconds of PostgreSQL's CPU for the scenario's statements alone, as pgbench found them."""
    cost = part.extra.get("pgbench", {}).get(scenario, {}).get("database_cpu")
    return None if cost is None else float(cost)


def memory(part: Part) -> dict[str, list[tuple[float, float]]]:
    """By variant, points (requests answered, MB)."""
    return {
        variant: [(float(requests), float(rss) / 1e6) for requests, rss in points]
        for variant, points in part.extra.get("memory", {}).items()
    }


def counted(summary: Summary) -> Summary:
    """The same without scenarios that are invalid: they are told of, never drawn."""
    return replace(
        summary,
        rows=[row for row in summary.rows if row.scenario not in summary.invalid],
        comparisons=[each for each in summary.comparisons if each.scenario not in summary.invalid],
    )


def has_one_load(part: Part) -> bool:
    """Whether the part compares subjects as they are, under one load and on one set of products."""
    return len(part.settings.loads) == 1 and len(part.settings.sizes) == 1


def is_layers_part(part: Part) -> bool:
    """Whether this is the part that measures the framework layers."""
    return part.name == "layers"


def steps_around(values: Sequence[float]) -> tuple[float, float]:
    """The step below all values and the one above them."""
    low = max((step for step in STEPS if step < min(values, default=1)), default=STEPS[0])
    high = min((step for step in STEPS if step > max(values, default=1)), default=STEPS[-1])
    return low, high


def short(size: int) -> str:
    """A number of products in few characters: 10k, 1M."""
    return f"{size // 1_000_000}M" if size % 1_000_000 == 0 else f"{size // 1000}k" if size % 1000 == 0 else f"{size:,}"
