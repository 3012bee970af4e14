"""The labellings of a permutation test: all ways to call the runs of each round the subject's or the baseline's."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import comb, prod

import numpy as np
from numpy.typing import NDArray

# Up to MAX_ENUMERATED labellings all of them are used, otherwise the measured one and random ones.
MAX_ENUMERATED, RANDOM = 50_000, 20_000
_SEED = 1


@dataclass(frozen=True)
class Labellings:
    """Labellings of the runs of a comparison.

    `is_subject` has a row for each labelling and a column for each run: first the subject's runs of the first round,
    then the baseline's, then those of the next round. The first row is the measured labelling. `weights` has the same
    shape: multiplied by the values of the runs it gives the mean over rounds of the subject's mean less the baseline's.
    """

    is_subject: NDArray[np.bool_]
    weights: NDArray[np.float64]

    @property
    def smallest_p(self) -> float:
        """The smallest p that a two-sided test can have."""
        return 1 / len(self.is_subject)


@cache
def labellings(sizes: tuple[tuple[int, int], ...]) -> Labellings:
    """Return the labellings for the numbers of runs of subject and baseline in each round.

    If subject and baseline have equally many runs, exchanging all labels only changes the sign of a difference. Then
    one of each two such labellings is omitted, which leaves the p of a two-sided test as it is.
    """
    ways = [_round(*size) for size in sizes]
    numbers = [len(each) for each in ways]
    if prod(numbers) <= MAX_ENUMERATED:
        is_symmetric = all(subject == baseline for subject, baseline in sizes)
        # In the first half of a round's labellings its first run is the subject's.
        numbers[0] = numbers[0] // 2 if is_symmetric else numbers[0]
        chosen = np.indices(numbers).reshape(len(numbers), -1)
    else:
        generator = np.random.default_rng(_SEED)
        chosen = np.array([generator.integers(number, size=RANDOM) for number in numbers])
        chosen[:, 0] = 0
    is_subject = np.hstack([way[choice] for way, choice in zip(ways, chosen, strict=True)])
    return Labellings(is_subject, _weights(is_subject, sizes))


def smallest_p(rounds: int, turns: int) -> float:
    """Return the smallest p that a test of two subjects with `turns` runs each in every round can have."""
    number = comb(2 * turns, turns) ** rounds
    return 2 / number if number <= MAX_ENUMERATED else 1 / RANDOM


def _round(subject: int, baseline: int) -> NDArray[np.bool_]:
    """Return a row for each labelling of a round's runs. The first row is the measured labelling."""
    runs = subject + baseline
    rows = np.zeros((comb(runs, subject), runs), dtype=np.bool_)
    for row, chosen in zip(rows, combinations(range(runs), subject), strict=True):
        row[list(chosen)] = True
    return rows


def _weights(is_subject: NDArray[np.bool_], sizes: Sequence[tuple[int, int]]) -> NDArray[np.float64]:
    positive = np.concatenate([np.full(sum(size), 1 / size[0]) for size in sizes]) / len(sizes)
    negative = np.concatenate([np.full(sum(size), -1 / size[1]) for size in sizes]) / len(sizes)
    return np.where(is_subject, positive, negative)
