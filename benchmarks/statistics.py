"""Percentiles from buckets, intervals by bootstrap, and when a difference is one. Knows nothing of servers."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from statistics import NormalDist, median

CONFIDENCE = 0.95
RESAMPLES = 4000
FEWEST_ROUNDS = 3

# Two-sided 95% quantiles of Student's t by degrees of freedom; beyond the table it is within 1% of the formula below.
_T95 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131)


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95% interval."""

    estimate: float
    low: float
    high: float


class Verdict(Enum):
    """What a ratio says, given the noise."""

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


def ratio_of_medians(pairs: Sequence[tuple[float, float]], *, seed: int = 1) -> Interval:
    """Median of the first over median of the second, of pairs that belong together (one pair for each round).

    The interval: rounds are drawn with replacement, both members of a pair together, 4000 times. Percentiles of so few
    rounds make too narrow an interval, so they are taken further out, as Student's t and the n-1 of the variance ask
    (Hesterberg 2015, "What Teachers Should Know about the Bootstrap").
    """
    ratios = sorted(_bootstrap(pairs, _ratio, seed))
    tail = _expanded_tail(len(pairs))
    return Interval(_ratio(pairs), _quantile(ratios, tail), _quantile(ratios, 1 - tail))


def noise_band(controls: Sequence[Interval]) -> float:
    """How far from 1, as a factor, ratios of a thing to itself may lie: the widest end of their intervals."""
    ends = [abs(math.log(end)) for control in controls for end in (control.low, control.high, control.estimate)]
    return math.exp(max(ends, default=0.0))


def verdict(ratio: Interval, band: float, rounds: int) -> Verdict:
    """Whether the interval lies wholly outside of the band from 1/band to band."""
    if rounds < FEWEST_ROUNDS:
        return Verdict.TOO_FEW_ROUNDS
    if ratio.low > band:
        return Verdict.HIGHER
    if ratio.high < 1 / band:
        return Verdict.LOWER
    return Verdict.NO_DIFFERENCE


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    below = median(second for _, second in pairs)
    return median(first for first, _ in pairs) / below if below else math.nan


def _bootstrap(
    pairs: Sequence[tuple[float, float]], statistic: Callable[[Sequence[tuple[float, float]]], float], seed: int
) -> list[float]:
    return [statistic([pairs[index] for index in indexes]) for indexes in _draws(len(pairs), seed)]


@cache
def _draws(size: int, seed: int) -> list[list[int]]:
    generator = random.Random(seed)
    return [generator.choices(range(size), k=size) for _ in range(RESAMPLES)]


def _expanded_tail(size: int) -> float:
    if size < 2:
        return 0.0
    degrees = size - 1
    quantile = _T95[degrees - 1] if degrees <= len(_T95) else NormalDist().inv_cdf(0.975) * (1 + 1.25 / degrees)
    return NormalDist().cdf(-math.sqrt(size / degrees) * quantile)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    lower = math.floor(place)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (place - lower)
