"""The noise of a part's runs, the difference that it lets a run detect, and the number of rounds for a verdict."""

import math
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import product

import numpy as np

from benchmarks.analysis.comparisons import MEASURES, Measure
from benchmarks.analysis.inference import SIGNIFICANCE
from benchmarks.analysis.labellings import labellings, smallest_p
from benchmarks.analysis.mean_tests import MeanTests
from benchmarks.analysis.rows import by_round
from benchmarks.cells import Cell
from benchmarks.results import Part

# A difference is detectable if it is found in this share of runs.
POWER = 0.9
_SIMULATED, _BATCH, _SEED, _MAX_ROUNDS = 1000, 250, 1, 1000


def noise(groups: Iterable[Sequence[float]]) -> float | None:
    """Return the standard deviation of the logarithms of values within groups, None if no group has two values.

    A group has the positive values of the runs of one subject in one round. A change of speed from one round to the
    next therefore does not count.
    """
    logs = [np.log(group) for group in groups if len(group) > 1]
    degrees = sum(len(each) - 1 for each in logs)
    return math.sqrt(sum(((each - each.mean()) ** 2).sum() for each in logs) / degrees) if degrees else None


def run_noise(part: Part) -> dict[str, float]:
    """Return the noise of one run of a part under closed load, by measure; empty if no subject has two turns."""
    runs, settings = part.finished_runs(), part.settings
    keys = product(settings.subjects, settings.scenarios, [load for load in settings.loads if not load.is_open])
    rounds = [measured for key in keys for measured in by_round(runs, *key)]
    found = {name: noise([_positive(measure, measured) for measured in rounds]) for name, measure in MEASURES.items()}
    return {name: value for name, value in found.items() if value is not None}


def _positive(measure: Measure, measured: Sequence[Sequence[Cell]]) -> list[float]:
    return [value for run in measured if (value := measure(run)) > 0]


def detectable(run_noise: float, *, rounds: int, turns: int, contrasts: int) -> float:
    """Return the smallest difference that is found in 90% of runs: 0.1 stands for 10%; infinite if none can be.

    `run_noise` is the standard deviation of the logarithm of one run, as `noise` returns it. `contrasts` is the number
    of contrasts in the part's table, of which only this one differs: the case with the lowest power.
    """
    return math.expm1(run_noise * _detectable_multiple(rounds, turns, contrasts))


def rounds_needed(turns: int, contrasts: int) -> int:
    """Return the smallest number of rounds with which a table with so many contrasts can have verdicts."""
    enough = (rounds for rounds in range(1, _MAX_ROUNDS) if smallest_p(rounds, turns) * contrasts <= SIGNIFICANCE)
    return next(enough, _MAX_ROUNDS)


@cache
def _detectable_multiple(rounds: int, turns: int, contrasts: int) -> float:
    """Return the detectable logarithm of a ratio as a multiple of the noise of one run, from simulated runs.

    Adding a difference to the subject's values moves the confidence interval by it. The difference is found as soon
    as the interval, at the level of Holm's first step, does not include 0.
    """
    if smallest_p(rounds, turns) * contrasts > SIGNIFICANCE:
        return math.inf
    generator = np.random.default_rng(_SEED)
    choices = labellings(((turns, turns),) * rounds)
    found = []
    for _ in range(_SIMULATED // _BATCH):
        values = generator.standard_normal((choices.is_subject.shape[1], _BATCH))
        low, _ = MeanTests(choices, values).bounds(1 - SIGNIFICANCE / contrasts)
        found.append(-low)
    return float(np.quantile(np.concatenate(found), POWER))
