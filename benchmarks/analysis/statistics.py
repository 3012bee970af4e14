"""Percentiles of buckets, bootstrap confidence intervals, and verdicts on differences."""

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import combinations_with_replacement
from statistics import NormalDist, median

CONFIDENCE = 0.95
# The number of rounds from which on there is a verdict.
MIN_ROUNDS = 3
# Up to MAX_ENUMERATED rounds the bootstrap uses all possible resamples, and with more rounds RESAMPLES random ones.
MAX_ENUMERATED, RESAMPLES = 8, 4000
# An A/A control has half as many runs on each side as a ratio, so its standard error is larger by this factor.
CONTROL_NOISE = math.sqrt(2)

# Two-sided 95% quantiles of Student's t by degrees of freedom. Beyond the table `_expanded_tail` uses a formula that is
# within 1% of the exact value.
_T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131)


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95% confidence interval."""

    estimate: float
    low: float
    high: float


class Verdict(Enum):
    """Whether a ratio differs from 1 by more than the noise."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_DIFFERENCE = "no difference"
    TOO_FEW_ROUNDS = "too few rounds"


def percentile(buckets: Mapping[int, int], share: float) -> float:
    """Return the nearest-rank percentile of values given as {value: count}, nan if there are none.

    It is the smallest value for which at least `share` of all values are not larger.
    """
    rank = max(1, math.ceil(share * sum(buckets.values())))
    below = 0
    for value in sorted(buckets):
        below += buckets[value]
        if below >= rank:
            return float(value)
    return math.nan


def median_of_ratios(pairs: Sequence[tuple[float, float]]) -> Interval:
    """Return the median over the rounds of first/second, with its 95% confidence interval. There is a pair per round.

    A disturbance of a whole round cancels out, because it affects both values. A disturbance of one value in one round
    has little effect on the median. The interval is a bootstrap interval: rounds are drawn with replacement. With few
    rounds the usual percentiles give too narrow an interval, so they are widened with Student's t and the factor of
    n-1 of the variance (Hesterberg 2015, "What Teachers Should Know about the Bootstrap"). With five rounds the
    interval is that from the smallest to the largest ratio.
    """
    if not pairs or any(value <= 0 for pair in pairs for value in pair):
        return Interval(math.nan, math.nan, math.nan)
    ordered = sorted(math.log(first / second) for first, second in pairs)
    medians = Counter[float]()
    for (lower, upper), times in _middles(len(ordered)).items():
        medians[(ordered[lower] + ordered[upper]) / 2] += times
    tail = _expanded_tail(len(ordered))
    low = _quantile(tail, sorted(medians.items()))
    high = _quantile(tail, sorted(medians.items(), reverse=True))
    return Interval(math.exp(median(ordered)), math.exp(low), math.exp(high))


def noise_band(controls: Sequence[Interval]) -> float:
    """Return the factor by which noise alone may move a ratio away from 1.

    It is the bound of the A/A controls' intervals that is furthest from 1, reduced by CONTROL_NOISE.
    """
    ends = [abs(math.log(end)) for control in controls for end in (control.low, control.high, control.estimate)]
    return math.exp(max(ends, default=0.0) / CONTROL_NOISE)


def furthest_from_one(controls: Iterable[Interval]) -> Interval | None:
    """Return the A/A control whose estimate is furthest from 1, None if there are no controls."""
    return max(controls, key=lambda control: abs(math.log(control.estimate)), default=None)


def verdict(ratio: Interval, band: float, rounds: int) -> Verdict:
    """Return HIGHER or LOWER if the whole interval is outside the band from 1/band to band."""
    if rounds < MIN_ROUNDS:
        return Verdict.TOO_FEW_ROUNDS
    if ratio.low > band:
        return Verdict.HIGHER
    if ratio.high < 1 / band:
        return Verdict.LOWER
    return Verdict.NO_DIFFERENCE


@cache
def _middles(size: int) -> Counter[tuple[int, int]]:
    """Count the pairs of middle positions over all resamples of ordered values; an odd size has one twice."""
    middles = Counter[tuple[int, int]]()
    for resample, times in _resamples(size):
        middles[resample[(size - 1) // 2], resample[size // 2]] += times
    return middles


def _resamples(size: int) -> Iterable[tuple[Sequence[int], int]]:
    if size > MAX_ENUMERATED:
        generator = random.Random(size)
        return ((sorted(generator.choices(range(size), k=size)), 1) for _ in range(RESAMPLES))
    return ((resample, _permutations(resample)) for resample in combinations_with_replacement(range(size), size))


def _permutations(resample: Sequence[int]) -> int:
    return math.factorial(len(resample)) // math.prod(map(math.factorial, Counter(resample).values()))


def _expanded_tail(size: int) -> float:
    if size < 2:
        return 0.0
    degrees = size - 1
    quantile = _T95[degrees - 1] if degrees <= len(_T95) else NormalDist().inv_cdf(0.975) * (1 + 1.25 / degrees)
    return NormalDist().cdf(-math.sqrt(size / degrees) * quantile)


def _quantile(share: float, values: Sequence[tuple[float, int]]) -> float:
    """Return the first value at which the cumulative count exceeds `share` of the total; values are (value, count)."""
    remaining = share * sum(times for _, times in values)
    for value, times in values:
        remaining -= times
        if remaining < 0:
            return value
    return values[-1][0]
