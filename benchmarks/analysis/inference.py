"""Decides the contrasts of a part's table from their tests: differences, equalities, and what remains undecided."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.analysis.statistics import Interval, Verdict

# The probability of an error: of any false difference in a part's table, and of a false equality.
SIGNIFICANCE = 0.05
# The margins of the equivalence test: two subjects may be the same within 2%, 3%, ...
MARGINS = (0.02, 0.03, 0.05, 0.08, 0.10)
# The exponential of a larger number is not a float.
_MAX_LOGARITHM = 700.0


class RatioTest(Protocol):
    """A two-sided test of the logarithm of a ratio."""

    @property
    def log_ratio(self) -> float:
        """The estimate; infinite or nan if a percentile is infinite."""
        ...

    @property
    def smallest_p(self) -> float:
        """The smallest p that the number of labellings allows."""
        ...

    def p(self, log_ratio: float = 0.0, /) -> float:
        """Return the p of the hypothesis that the logarithm of the ratio is `log_ratio`."""
        ...

    def bounds(self, confidence: float, /) -> tuple[float, float]:
        """Return the confidence bounds of the logarithm of the ratio."""
        ...


@dataclass(frozen=True)
class NoTest:
    """Stands for the test of a value that was not measurable in some run."""

    log_ratio: float = math.nan
    smallest_p: float = 0.0

    def p(self, _log_ratio: float = 0.0, /) -> float:
        """Return 1: no hypothesis is rejected."""
        return 1.0

    def bounds(self, _confidence: float, /) -> tuple[float, float]:
        """Return infinite bounds."""
        return -math.inf, math.inf


@dataclass(frozen=True)
class Contrast:
    """A measure of a subject divided by that of its baseline.

    `p` is that of equality, adjusted for the number of contrasts in the part's table. `same_within` is the smallest of
    MARGINS within which both are the same, for example 0.05, and None unless the verdict is SAME.
    """

    ratio: Interval
    p: float
    verdict: Verdict
    same_within: float | None


def contrasts(tests: Sequence[RatioTest]) -> list[Contrast]:
    """Return the contrasts of all tests of a part's table.

    A ratio is HIGHER or LOWER if its p, adjusted by Holm's method for all tests, is at most SIGNIFICANCE. Otherwise it
    is the SAME within a margin if an equivalence test says so, and UNDECIDED if none does. If the smallest possible p
    of a test is too large for so many tests, there are TOO_FEW_ROUNDS.
    """
    adjusted = holm([test.p() for test in tests])
    return [
        _contrast(test, float(p), is_decidable=test.smallest_p * len(tests) <= SIGNIFICANCE)
        for test, p in zip(tests, adjusted, strict=True)
    ]


def interval(test: RatioTest) -> Interval:
    """Return the ratio of a test and its 95% confidence interval."""
    low, high = test.bounds(1 - SIGNIFICANCE)
    return Interval(_exp(test.log_ratio), _exp(low), _exp(high))


def holm(p: Sequence[float]) -> NDArray[np.float64]:
    """Return the values of p adjusted by Holm's method.

    If all with at most 5% are called differences, the probability of one or more false ones is at most 5%.
    """
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(1, np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1)))
    return adjusted


def same_within(test: RatioTest) -> float | None:
    """Return the smallest of MARGINS within which subject and baseline are the same, None if there is none.

    The 90% interval must be between 1/(1 + margin) and 1 + margin. This is the same as two one-sided tests at 5%.
    """
    low, high = test.bounds(1 - 2 * SIGNIFICANCE)
    return next((margin for margin in MARGINS if max(-low, high) <= math.log1p(margin)), None)


def _contrast(test: RatioTest, p: float, *, is_decidable: bool) -> Contrast:
    ratio = interval(test)
    if not is_decidable:
        return Contrast(ratio, p, Verdict.TOO_FEW_ROUNDS, None)
    if p <= SIGNIFICANCE and test.log_ratio:
        return Contrast(ratio, p, Verdict.HIGHER if test.log_ratio > 0 else Verdict.LOWER, None)
    margin = same_within(test)
    return Contrast(ratio, p, Verdict.UNDECIDED if margin is None else Verdict.SAME, margin)


def _exp(logarithm: float) -> float:
    """Return the exponential; infinite for a very large logarithm."""
    return math.inf if logarithm > _MAX_LOGARITHM else math.exp(logarithm)
