"""Percentiles from buckets, bootstrap intervals, and verdicts on differences. Knows nothing of servers."""

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
FEWEST_ROUNDS = 3
# Up to so many rounds all resamples there can be are looked at; beyond that, so many drawn at random.
MOST_ENUMERATED, RESAMPLES = 8, 4000
# An A/A control compares half of a thing's runs with the other half: half as many on each side as a ratio has.
CONTROL_NOISE = math.sqrt(2)

# Two-sided 95% quantiles of Student's t by degrees of freedom; beyond the table it is within 1% of the formula below.
_T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131)


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95% interval."""

    estimate: float
    low: float
    high: float


class Verdict(Enum):
    """The verdict on a ratio, given the noise."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_DIFFERENCE = "no difference"
    TOO_FEW_ROUNDS = "too few rounds"


def percentile(buckets: Mapping[int, int], share: float) -> float:
    """The nearest-rank percentile: the least bucket that, with those below it, holds `share` of all; nan when empty."""
    rank = max(1, math.ceil(share * sum(buckets.values())))
    below = 0
    for value in sorted(buckets):
        below += buckets[value]
        if below >= rank:
            return float(value)
    return math.nan


def median_of_ratios(pairs: Sequence[tuple[float, float]]) -> Interval:
    """The median over the rounds of the first divided by the second; one pair for each round.

    What slows a whole round cancels, for it slows both, and a round in which one of them was disturbed does not carry
    the median along. The interval is the bootstrap's: rounds drawn with replacement. Percentiles of so few rounds make
    too narrow an interval, so they are taken further out, as Student's t and the n-1 of the variance ask (Hesterberg
    2015, "What Teachers Should Know about the Bootstrap"). Of five rounds these are the least and the greatest ratio.
    """
    if not pairs or any(value <= 0 for pair in pairs for value in pair):
        return Interval(math.nan, math.nan, math.nan)
    ordered = sorted(math.log(first / second) for first, second in pairs)
    medians = Counter[float]()
    for (lower, upper), times in _middles(len(ordered)).items():
        medians[(ordered[lower] + ordered[upper]) / 2] += times
    tail = _expanded_tail(len(ordered))
    low, high = _first_beyond(tail, sorted(medians.items())), _first_beyond(tail, sorted(medians.items(), reverse=True))
    return Interval(math.exp(median(ordered)), math.exp(low), math.exp(high))


def noise_band(controls: Sequence[Interval]) -> float:
    """How far from 1, as a factor, noise alone may move a ratio: from the widest end of A/A controls' intervals.

    Controls are noisier than the ratio, as they have half of its runs on each side; the band is made as much narrower.
    """
    ends = [abs(math.log(end)) for control in controls for end in (control.low, control.high, control.estimate)]
    return math.exp(max(ends, default=0.0) / CONTROL_NOISE)


def furthest_from_one(controls: Iterable[Interval]) -> Interval | None:
    """Return the A/A control that is furthest from 1."""
    return max(controls, key=lambda control: abs(math.log(control.estimate)), default=None)


def verdict(ratio: Interval, band: float, rounds: int) -> Verdict:
    """Whether the interval lies wholly outside of the band from 1/band to band."""
    if rounds < FEWEST_ROUNDS:
        return Verdict.TOO_FEW_ROUNDS
    if ratio.low > band:
        return Verdict.HIGHER
    if ratio.high < 1 / band:
        return Verdict.LOWER
    return Verdict.NO_DIFFERENCE


@cache
def _middles(size: int) -> Counter[tuple[int, int]]:
    """Count, over all resamples of ordered values, the two middle positions (the same one twice if odd)."""
    middles = Counter[tuple[int, int]]()
    for resample, times in _resamples(size):
        middles[resample[(size - 1) // 2], resample[size // 2]] += times
    return middles


def _resamples(size: int) -> Iterable[tuple[Sequence[int], int]]:
    if size > MOST_ENUMERATED:
        generator = random.Random(size)
        return ((sorted(generator.choices(range(size), k=size)), 1) for _ in range(RESAMPLES))
    return ((resample, _orders(resample)) for resample in combinations_with_replacement(range(size), size))


def _orders(resample: Sequence[int]) -> int:
    return math.factorial(len(resample)) // math.prod(map(math.factorial, Counter(resample).values()))


def _expanded_tail(size: int) -> float:
    if size < 2:
        return 0.0
    degrees = size - 1
    quantile = _T95[degrees - 1] if degrees <= len(_T95) else NormalDist().inv_cdf(0.975) * (1 + 1.25 / degrees)
    return NormalDist().cdf(-math.sqrt(size / degrees) * quantile)


def _first_beyond(share: float, values: Sequence[tuple[float, int]]) -> float:
    """The first value that has, with those before it, more than this share of all."""
    left = share * sum(times for _, times in values)
    for value, times in values:
        left -= times
        if left < 0:
            return value
    return values[-1][0]
