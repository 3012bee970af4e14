"""Exact permutation tests of the ratio of two subjects: of the geometric means of their runs' values."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.analysis.labellings import Labellings, labellings

type Floats = NDArray[np.float64]
# Values that differ by less are equal: the sums of the same numbers in another order.
_TOLERANCE = 1e-10


class MeanTests:
    """Permutation tests of logarithms. All of them have the same rounds and runs.

    `values` has a row for each run, in the order of the labellings, and a column for each test. The statistic is the
    mean over rounds of the subject's mean less the baseline's, `log_ratios`. If subject and baseline differ by a
    factor, then after division by it the runs of a round are exchangeable, and every labelling is equally probable.
    """

    def __init__(self, choices: Labellings, values: Floats) -> None:
        self.choices = choices
        self._differences = choices.weights @ values
        # By how much the statistic of each labelling changes if the subject's values increase by 1.
        self._shifts = choices.weights @ choices.is_subject[0].astype(np.float64)
        self.log_ratios: Floats = self._differences[0]

    def p(self, log_ratio: float = 0.0) -> Floats:
        """Return the two-sided p of the hypothesis that the logarithm of the ratio is `log_ratio`, for each test."""
        statistics = np.abs(self._differences - log_ratio * self._shifts[:, None])
        p: Floats = (statistics >= statistics[0] - _TOLERANCE).mean(axis=0)
        return p

    def bounds(self, confidence: float) -> tuple[Floats, Floats]:
        """Return the confidence bounds of the logarithm: the smallest and largest that the test does not reject.

        They are infinite if the number of labellings is too small for the confidence. A labelling counts against a
        hypothesis as long as the hypothesis is within a distance of the estimate that depends on the labelling. The
        bound is a quantile of these distances.
        """
        excess = self._differences - self._shifts[:, None] * self.log_ratios
        ahead, behind = 1 + self._shifts[:, None], 1 - self._shifts[:, None]
        above = _quotient(np.abs(excess), np.where(excess > 0, ahead, behind))
        below = _quotient(np.abs(excess), np.where(excess > 0, behind, ahead))
        # The hypothesis is not rejected while more than this number of labellings count.
        number = int((1 - confidence) * len(excess) + _TOLERANCE)
        low, high = (np.partition(each, -1 - number, axis=0)[-1 - number] for each in (below, above))
        return self.log_ratios - low, self.log_ratios + high


class MeanTest:
    """One permutation test of a positive value: `rounds` has the values of the subject's and the baseline's runs."""

    def __init__(self, rounds: Sequence[tuple[Sequence[float], Sequence[float]]]) -> None:
        choices = labellings(tuple((len(subject), len(baseline)) for subject, baseline in rounds))
        values = np.log([value for pair in rounds for side in pair for value in side])
        self._tests = MeanTests(choices, values[:, None])
        self.log_ratio = float(self._tests.log_ratios[0])
        self.smallest_p = choices.smallest_p

    def p(self, log_ratio: float = 0.0) -> float:
        """Return the two-sided p of the hypothesis that the logarithm of the ratio is `log_ratio`."""
        return float(self._tests.p(log_ratio)[0])

    def bounds(self, confidence: float) -> tuple[float, float]:
        """Return the confidence bounds of the logarithm of the ratio, infinite if there are too few labellings."""
        low, high = self._tests.bounds(confidence)
        return float(low[0]), float(high[0])


def _quotient(distance: Floats, slope: Floats) -> Floats:
    """Return distance/slope, infinite where a labelling is the measured one or its reverse: it counts always."""
    is_measured = np.minimum(slope, 2 - slope) < _TOLERANCE
    return np.divide(distance, slope, out=np.full_like(distance, np.inf), where=~is_measured)
