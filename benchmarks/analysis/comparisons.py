"""Compares two subjects, and each of them with itself (the A/A control)."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.analysis.inference import Contrast, NoTest, RatioTest, contrasts
from benchmarks.analysis.latencies import latencies_of
from benchmarks.analysis.mean_tests import MeanTest
from benchmarks.analysis.percentile_tests import PercentileTest
from benchmarks.analysis.rows import Rounds, flatten, per_second, server_cpu
from benchmarks.cells import Cell, Load
from benchmarks.settings import Subject

type Measure = Callable[[Sequence[Cell]], float]

# The values of a run that are compared, by the key of `Comparison.contrasts`.
MEASURES: Mapping[str, Measure] = {"rate": per_second, "cpu": server_cpu}
# The percentiles of latency that are compared under open load, in which the rate is that of the arrivals.
PERCENTILES = {"p50": 0.50, "p99": 0.99}


@dataclass(frozen=True)
class Comparison:
    """A subject compared with its baseline, in one scenario under one load.

    `contrasts` has "rate" (responses per second) and "cpu" (server CPU per request) under closed load, and "p50",
    "p99" and "cpu" under open load.
    """

    scenario: str
    load: Load
    subject: Subject
    baseline: Subject
    contrasts: dict[str, Contrast]


@dataclass(frozen=True)
class Control:
    """The A/A control of a subject: the ratios of its two turns in a round, in responses per second and server CPU.

    They are geometric means over the rounds. Without noise they are 1.
    """

    scenario: str
    load: Load
    subject: Subject
    rate: float
    cpu: float


@dataclass(frozen=True)
class Pair:
    """A subject, its baseline and the measurements of both, before they are compared."""

    subject: Subject
    baseline: Subject
    own: Rounds
    other: Rounds

    def tests(self) -> dict[str, RatioTest]:
        """Return the tests by the key of the contrast that they decide."""
        if not flatten(self.own)[0].load.is_open:
            return {name: self._mean_test(measure) for name, measure in MEASURES.items()}
        latencies = [
            ([latencies_of(run) for run in own], [latencies_of(run) for run in other])
            for own, other in zip(self.own, self.other, strict=True)
        ]
        tests: dict[str, RatioTest] = {name: PercentileTest(share, latencies) for name, share in PERCENTILES.items()}
        return tests | {"cpu": self._mean_test(server_cpu)}

    def _mean_test(self, measure: Measure) -> RatioTest:
        values = [
            ([measure(run) for run in own], [measure(run) for run in other])
            for own, other in zip(self.own, self.other, strict=True)
        ]
        return mean_test(values)


def mean_test(rounds: Sequence[tuple[Sequence[float], Sequence[float]]]) -> RatioTest:
    """Return the test of the ratio of geometric means; NoTest if there are no rounds or some value is not positive."""
    values = [value for pair in rounds for side in pair for value in side]
    return MeanTest(rounds) if values and all(value > 0 for value in values) else NoTest()


def have_responses(rounds: Rounds) -> bool:
    """Return whether every cell has responses, which a comparison requires."""
    return all(cell.requests for cell in flatten(rounds))


def compare(pairs: Sequence[Pair]) -> list[Comparison]:
    """Compare all pairs of a part's table. Each verdict takes the number of contrasts in the table into account."""
    tests = [pair.tests() for pair in pairs]
    decided = iter(contrasts([test for each in tests for test in each.values()]))
    comparisons = []
    for pair, names in zip(pairs, tests, strict=True):
        first = flatten(pair.own)[0]
        found = {name: next(decided) for name in names}
        comparisons.append(Comparison(first.scenario, first.load, pair.subject, pair.baseline, found))
    return comparisons


def control(subject: Subject, rounds: Rounds) -> Control | None:
    """Return the ratios of a subject's two turns in a round, None if there are not two turns.

    The first and the second turn are the numerator in alternate rounds, so that a steady change of speed cancels out.
    """
    if any(len(runs) != 2 for runs in rounds):
        return None
    turns = [runs if number % 2 else runs[::-1] for number, runs in enumerate(rounds)]
    rate, cpu = (_mean_ratio([(measure(one), measure(other)) for one, other in turns]) for measure in MEASURES.values())
    first = flatten(rounds)[0]
    return Control(first.scenario, first.load, subject, rate, cpu)


def _mean_ratio(pairs: Sequence[tuple[float, float]]) -> float:
    if any(value <= 0 for pair in pairs for value in pair):
        return math.nan
    return math.exp(fmean(math.log(one / other) for one, other in pairs))
