"""Percentiles of buckets, intervals and verdicts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95% confidence interval. A bound is 0 or infinite if there are too few rounds for one."""

    estimate: float
    low: float
    high: float

    @property
    def is_bounded(self) -> bool:
        """Whether both bounds are finite and above 0."""
        return self.low > 0 and math.isfinite(self.high)


class Verdict(Enum):
    """The result of the tests of a ratio."""

    HIGHER = "higher"
    LOWER = "lower"
    SAME = "same"
    UNDECIDED = "undecided"
    TOO_FEW_ROUNDS = "too few rounds"

    @property
    def is_difference(self) -> bool:
        """Whether the ratio differs from 1."""
        return self in {Verdict.HIGHER, Verdict.LOWER}


def percentile(buckets: Mapping[int, int], share: float, *, slower: int = 0) -> float:
    """Return the nearest-rank percentile of values given as {value: count}, nan if there are none.

    It is the smallest value for which at least `share` of all values are not larger. `slower` is the number of further
    values that are larger than all others; if the percentile is one of them, it is infinite.
    """
    total = sum(buckets.values()) + slower
    if not total:
        return math.nan
    rank = max(1, math.ceil(share * total))
    below = 0
    for value in sorted(buckets):
        below += buckets[value]
        if below >= rank:
            return float(value)
    return math.inf
