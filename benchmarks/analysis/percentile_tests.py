"""Exact permutation tests of the ratio of two subjects' latency percentiles."""

import math
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from benchmarks.analysis.labellings import labellings
from benchmarks.analysis.latencies import Latencies, pooled

# Latencies are counted in steps of half a percent. The position of a percentile among the requests that have no
# response is beyond all steps, and so is a bound of an interval that is further away than MAX_DISTANCE.
STEP = math.log(1.005)
_BEYOND, _MAX_DISTANCE = 1_000_000, 2_000
# The number of sums that are in memory at a time.
_MAX_SUMS = 2_000_000

type Integers = NDArray[np.int64]


class PercentileTest:
    """A permutation test of a percentile of the pooled latencies of the subject's runs, and of the baseline's.

    Each labelling pools the runs that it calls the subject's, and the others. The statistic is the logarithm of the
    ratio of the percentiles of both groups, in steps. Requests without a response in time are slower than all others.
    """

    def __init__(self, share: float, rounds: Sequence[tuple[Sequence[Latencies], Sequence[Latencies]]]) -> None:
        choices = labellings(tuple((len(subject), len(baseline)) for subject, baseline in rounds))
        runs = [run for pair in rounds for side in pair for run in side]
        self.smallest_p = choices.smallest_p
        self.log_ratio = _log_ratio(share, runs, choices.is_subject[0])
        self._share = share
        self._is_subject = choices.is_subject.astype(np.float64)
        self._steps = _Steps(runs)
        self._own = choices.is_subject[0].astype(np.int64)
        self._ranks = np.maximum(1, np.ceil(share * self._steps.totals - 1e-9))
        self._p = cache(self._p_of_steps)

    def p(self, log_ratio: float = 0.0) -> float:
        """Return the two-sided p of the hypothesis that the logarithm of the ratio is `log_ratio`, in whole steps."""
        return self._p(round(log_ratio / STEP))

    def bounds(self, confidence: float) -> tuple[float, float]:
        """Return the confidence bounds of the logarithm of the ratio, infinite if there are none.

        They are the first hypotheses, from the estimate on, that the test rejects.
        """
        significance = 1 - confidence
        if not math.isfinite(self.log_ratio) or self.smallest_p > significance:
            return -math.inf, math.inf
        estimate = round(self.log_ratio / STEP)
        low, high = (
            _first(lambda distance, sign=sign: self._p(estimate + sign * distance) <= significance)  # type: ignore[misc]
            for sign in (-1, 1)
        )
        return (estimate - low) * STEP, (estimate + high) * STEP

    def _p_of_steps(self, shift: int) -> float:
        """Return the p after the subject's latencies are divided by the factor that `shift` steps are."""
        positions = self._steps.positions(self._ranks) - shift * self._own
        answered = positions[positions < _BEYOND // 2]
        if not len(answered):
            return 1.0
        # A percentile of pooled runs is between the smallest and the largest percentile of the runs.
        last = answered.max() if len(answered) == len(positions) else self._steps.last - min(0, shift)
        window = np.arange(answered.min(), last + 1)
        reached = self._steps.cumulative(window[None, :] + shift * self._own[:, None])
        statistics = np.abs(self._statistics(reached))
        return float((statistics >= statistics[0]).mean())

    def _statistics(self, reached: NDArray[np.float64]) -> Integers:
        """Return the difference of the percentiles' positions for each labelling.

        `reached` has the number of responses of each run up to each position of the window.
        """
        parts = np.array_split(self._is_subject, max(1, len(self._is_subject) * reached.shape[1] // _MAX_SUMS))
        totals = self._steps.totals
        statistics = []
        for part in parts:
            own, own_totals = part @ reached, part @ totals
            others, other_totals = reached.sum(axis=0) - own, totals.sum() - own_totals
            statistics.append(self._position(own, own_totals) - self._position(others, other_totals))
        return np.concatenate(statistics)

    def _position(self, reached: NDArray[np.float64], totals: NDArray[np.float64]) -> Integers:
        """Return the first position of the window at which the percentile is reached, _BEYOND if there is none."""
        ranks = np.maximum(1, np.ceil(self._share * totals - 1e-9))
        is_reached = reached >= ranks[:, None]
        return np.where(is_reached[:, -1], is_reached.argmax(axis=1), _BEYOND)


class _Steps:
    """The latencies of runs, counted in steps from the smallest one on. `last` is the position of the largest."""

    def __init__(self, runs: Sequence[Latencies]) -> None:
        steps = [{_step(value): 0 for value in run.buckets} for run in runs]
        for counts, run in zip(steps, runs, strict=True):
            for value, number in run.buckets.items():
                counts[_step(value)] += number
        every = [step for counts in steps for step in counts] or [0]
        first, self.last = min(every), max(every) - min(every)
        counted = np.zeros((len(runs), self.last + 1))
        for row, counts in zip(counted, steps, strict=True):
            row[[step - first for step in counts]] = list(counts.values())
        self._cumulative = counted.cumsum(axis=1)
        self.totals = self._cumulative[:, -1] + [run.dropped for run in runs]

    def positions(self, ranks: NDArray[np.float64]) -> Integers:
        """Return the position at which each run reaches its rank, _BEYOND if it does not."""
        is_reached = self._cumulative >= ranks[:, None]
        return np.where(is_reached[:, -1], is_reached.argmax(axis=1), _BEYOND)

    def cumulative(self, positions: Integers) -> NDArray[np.float64]:
        """Return the number of responses of each run up to each position; `positions` has a row for each run."""
        inside = np.take_along_axis(self._cumulative, positions.clip(0, self.last), axis=1)
        return np.where(positions < 0, 0.0, inside)


def _step(microseconds: int) -> int:
    return round(math.log(max(1, microseconds)) / STEP)


def _log_ratio(share: float, runs: Sequence[Latencies], is_subject: NDArray[np.bool_]) -> float:
    """Return the logarithm of the ratio of the exact percentiles, infinite or nan if one or both are infinite."""
    subject, baseline = (
        pooled(run for run, own in zip(runs, is_subject, strict=True) if own == side).percentile(share)
        for side in (True, False)
    )
    if math.isnan(subject) or math.isnan(baseline) or (math.isinf(subject) and math.isinf(baseline)):
        return math.nan
    return math.log(subject) - math.log(baseline)


def _first(is_rejected: Callable[[int], bool]) -> float:
    """Return the smallest distance that is rejected, infinite if none is. Distances are searched by bisection."""
    outer = 1
    while not is_rejected(outer):
        outer *= 2
        if outer > _MAX_DISTANCE:
            return math.inf
    inner = outer // 2
    while outer - inner > 1:
        middle = (inner + outer) // 2
        inner, outer = (inner, middle) if is_rejected(middle) else (middle, outer)
    return outer
