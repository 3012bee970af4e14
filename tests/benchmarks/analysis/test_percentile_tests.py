"""The permutation test of latency percentiles, compared with a direct computation. The seeds are fixed."""

import math
from collections import Counter
from itertools import chain, combinations, product

import numpy as np
import pytest

from benchmarks.analysis.inference import contrasts
from benchmarks.analysis.latencies import Latencies, pooled
from benchmarks.analysis.percentile_tests import STEP, PercentileTest
from benchmarks.analysis.statistics import Verdict

type Rounds = list[tuple[list[Latencies], list[Latencies]]]


def run_of(generator: np.random.Generator, median: float, number: int = 110, dropped: int = 0) -> Latencies:
    values = generator.lognormal(math.log(median), 0.4, number)
    return Latencies(Counter(int(value) for value in values), dropped)


def rounds_of(seed: int, *, ratio: float = 1.0, rounds: int = 5, turns: int = 2, dropped: int = 0) -> Rounds:
    generator = np.random.default_rng(seed)
    return [
        (
            [run_of(generator, 5000 * ratio, dropped=dropped) for _ in range(turns)],
            [run_of(generator, 5000) for _ in range(turns)],
        )
        for _ in range(rounds)
    ]


def direct_p(share: float, rounds: Rounds) -> float:
    """Return the p computed from the pooled values of each labelling, rounded to whole steps as the test does."""
    ways = [list(combinations(range(len(own) + len(other)), len(own))) for own, other in rounds]
    runs = [[*own, *other] for own, other in rounds]
    statistics = []
    for chosen in product(*ways):
        labelled = [[[run for number, run in enumerate(every) if (number in own) is side] for every, own in
                     zip(runs, chosen, strict=True)] for side in (True, False)]  # fmt: skip
        subject, baseline = (pooled(chain(*each)).percentile(share) for each in labelled)
        statistics.append(abs(round(math.log(subject) / STEP) - round(math.log(baseline) / STEP)))
    return sum(each >= statistics[0] for each in statistics) / len(statistics)


@pytest.mark.parametrize("share", [0.5, 0.99])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_p_is_the_share_of_labellings_whose_pooled_percentiles_differ_as_much(share: float, seed: int) -> None:
    measured = rounds_of(seed, ratio=1.05, rounds=3)
    assert PercentileTest(share, measured).p() == pytest.approx(direct_p(share, measured))


def test_the_estimate_is_the_ratio_of_the_exact_percentiles() -> None:
    measured: Rounds = [([Latencies({150: 50, 300: 50})], [Latencies({100: 99, 200: 1})])]
    assert math.exp(PercentileTest(0.5, measured).log_ratio) == pytest.approx(1.5)
    assert math.exp(PercentileTest(0.99, measured).log_ratio) == pytest.approx(3.0)


@pytest.mark.parametrize("share", [0.5, 0.99])
def test_the_interval_ends_at_the_first_ratios_that_the_test_rejects(share: float) -> None:
    test = PercentileTest(share, rounds_of(4, ratio=1.2))
    low, high = test.bounds(0.95)
    assert low < test.log_ratio < high
    assert max(test.p(low), test.p(high)) <= 0.05 < min(test.p(low + STEP), test.p(high - STEP))


def test_dividing_all_latencies_of_the_subject_moves_the_interval_by_as_much() -> None:
    measured = rounds_of(5)
    doubled = [
        ([Latencies({2 * value: number for value, number in run.buckets.items()}) for run in own], other)
        for own, other in measured
    ]
    one, other = PercentileTest(0.5, measured), PercentileTest(0.5, doubled)
    assert np.subtract(other.bounds(0.95), one.bounds(0.95)) == pytest.approx(math.log(2), abs=2 * STEP)


def test_dropped_requests_are_slower_than_all_others() -> None:
    measured = rounds_of(6, dropped=3)
    (contrast,) = contrasts([PercentileTest(0.99, measured)])
    assert (contrast.ratio.estimate, contrast.verdict) == (math.inf, Verdict.HIGHER)
    (median,) = contrasts([PercentileTest(0.5, measured)])
    assert 0.9 < median.ratio.estimate < 1.15
    (reverse,) = contrasts([PercentileTest(0.99, [(other, own) for own, other in measured])])
    assert (reverse.ratio.estimate, reverse.verdict) == (0.0, Verdict.LOWER)


def test_if_both_percentiles_are_among_the_dropped_there_is_no_ratio() -> None:
    generator = np.random.default_rng(7)
    measured = [([run_of(generator, 5000, dropped=5)] * 2, [run_of(generator, 4000, dropped=5)] * 2) for _ in range(5)]
    (contrast,) = contrasts([PercentileTest(0.99, measured)])
    assert math.isnan(contrast.ratio.estimate)
    assert contrast.verdict is Verdict.UNDECIDED


def test_few_labellings_give_no_interval() -> None:
    assert PercentileTest(0.5, rounds_of(8, rounds=2)).bounds(0.95) == (-math.inf, math.inf)
