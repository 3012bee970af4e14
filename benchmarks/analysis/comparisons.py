"""Compares two subjects, and each of them with itself (the A/A control)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.analysis.rows import flatten, per_second, server_cpu
from benchmarks.analysis.statistics import Interval, Verdict, furthest_from_one, median_of_ratios, noise_band, verdict
from benchmarks.cells import Cell, Load
from benchmarks.settings import Subject

type Measure = Callable[[Sequence[Cell]], float]

# The noise band of parts without an A/A control, which have one turn in a round. A quiet machine has such a band.
BAND_WITHOUT_CONTROL = 1.02
# The keys are attributes of Comparison and Control.
MEASURES: Mapping[str, Measure] = {"rate": per_second, "cpu": server_cpu}


@dataclass(frozen=True)
class Contrast:
    """A measure of a subject divided by that of its baseline.

    `control` is the A/A ratio of the two subjects that is further from 1. `band` is the noise band as a factor: the
    noise of this machine alone causes ratios between 1/band and band. Both are None if there is no A/A control, which
    requires two turns in a round.
    """

    ratio: Interval
    control: float | None
    band: float | None
    verdict: Verdict


@dataclass(frozen=True)
class Comparison:
    """A subject compared with its baseline: requests per second (`rate`) and server CPU per request (`cpu`)."""

    scenario: str
    load: Load
    subject: Subject
    baseline: Subject
    rate: Contrast
    cpu: Contrast


@dataclass(frozen=True)
class Control:
    """The A/A control of a subject: the ratios of its two turns, of requests per second and server CPU per request."""

    scenario: str
    load: Load
    subject: Subject
    rate: Interval
    cpu: Interval


def have_responses(rounds: Sequence[Sequence[Cell]]) -> bool:
    """Return whether every cell has responses, which a comparison requires."""
    return all(cell.requests for cell in flatten(rounds))


def comparison(
    subject: Subject,
    baseline: Subject,
    rounds: Mapping[Subject, Sequence[Sequence[Cell]]],
    controls: Sequence[Control],
    finished: int,
) -> Comparison:
    """Compare a subject with its baseline, in one scenario under one load.

    `rounds` has the cells of each round by subject, `controls` are those of both subjects, `finished` is the number of
    finished rounds.
    """
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
    """Return the ratios of a subject's two turns in a round, None if there are not two turns.

    The first and the second turn are the numerator in alternate rounds, so that a steady change of speed cancels out.
    """
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
