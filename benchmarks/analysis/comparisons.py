"""Compares two subjects, and each of them with itself (the A/A control)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.analysis.rows import flat, per_second, server_cpu
from benchmarks.analysis.statistics import Interval, Verdict, furthest_from_one, median_of_ratios, noise_band, verdict
from benchmarks.cells import Cell, Load
from benchmarks.settings import Subject

type Measure = Callable[[Sequence[Cell]], float]

# For parts whose subjects have one turn in a round, and so no A/A control: what a quiet machine's comes to.
BAND_WITHOUT_CONTROL = 1.02
# Under the names that they have in a comparison and in a control.
MEASURES: Mapping[str, Measure] = {"rate": per_second, "cpu": server_cpu}


@dataclass(frozen=True)
class Contrast:
    """One measure of a subject over that of its baseline. `control` is that of both A/A ratios that is further from 1.

    `band` is a factor: a ratio between 1/band and band is what this machine's noise makes of no difference at all.
    Both are None where subjects have one turn in a round, and so no A/A control.
    """

    ratio: Interval
    control: float | None
    band: float | None
    verdict: Verdict


@dataclass(frozen=True)
class Comparison:
    """A subject over its baseline, in a scenario under a load: requests per second, and server CPU per request."""

    scenario: str
    load: Load
    subject: Subject
    baseline: Subject
    rate: Contrast
    cpu: Contrast


@dataclass(frozen=True)
class Control:
    """The A/A control of a scenario under a load: each subject's first turn over its second, rate and server CPU."""

    scenario: str
    load: Load
    subject: Subject
    rate: Interval
    cpu: Interval


def is_whole(rounds: Sequence[Sequence[Cell]]) -> bool:
    """Whether every turn has responses, so that it can be compared."""
    return all(cell.requests for cell in flat(rounds))


def comparison(
    subject: Subject,
    baseline: Subject,
    rounds: Mapping[Subject, Sequence[Sequence[Cell]]],
    controls: Sequence[Control],
    finished: int,
) -> Comparison:
    """Compare a subject with its baseline in a scenario under a load; `finished` is the number of rounds."""
    first = rounds[subject][0][0]
    rate, cpu = (
        _contrast(
            median_of_ratios(
                [(measure(a), measure(b)) for a, b in zip(rounds[subject], rounds[baseline], strict=True)]
            ),
            [getattr(each, name) for each in controls],
            finished,
        )
        for name, measure in MEASURES.items()
    )
    return Comparison(first.scenario, first.load, subject, baseline, rate, cpu)


def control(subject: Subject, rounds: Sequence[Sequence[Cell]]) -> Control | None:
    """The ratio of a subject's two turns in a round; the numerator alternates, so that drift cancels."""
    if any(len(cells) != 2 for cells in rounds):
        return None
    turns = [cells if number % 2 else cells[::-1] for number, cells in enumerate(rounds)]
    rate, cpu = (
        median_of_ratios([(measure(cells[:1]), measure(cells[1:])) for cells in turns]) for measure in MEASURES.values()
    )
    first = rounds[0][0]
    return Control(first.scenario, first.load, subject, rate, cpu)


def _contrast(ratio: Interval, controls: Sequence[Interval], rounds: int) -> Contrast:
    band = noise_band(controls) if controls else None
    furthest = furthest_from_one(controls)
    return Contrast(
        ratio,
        None if furthest is None else furthest.estimate,
        band,
        verdict(ratio, BAND_WITHOUT_CONTROL if band is None else band, rounds),
    )
