"""Simulated runs with known differences: the tests find these, and no others. The seeds are fixed.

The runs have the structure of the main part: five rounds, two turns of both subjects in each, and a table of 20 ratios.
The logarithm of a run's value has normally distributed noise, and that of a round has a change of speed that its runs
share. Share of 1,000 simulated runs in which a true difference of 10% in one of the ratios is found, with no other true
difference, which is the least favourable case for Holm's method:

| noise of one run | 20 ratios | 35 ratios |
|---|---|---|
| 2% | 100% | 100% |
| 3% | 99% | 98% |
| 4% | 88% | 81% |
| 6% | 46% | 36% |
"""

import math
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from benchmarks.analysis.inference import MARGINS, SIGNIFICANCE, holm
from benchmarks.analysis.labellings import labellings
from benchmarks.analysis.latencies import Latencies
from benchmarks.analysis.mean_tests import MeanTests
from benchmarks.analysis.percentile_tests import PercentileTest
from benchmarks.analysis.power import detectable, rounds_needed

ROUNDS, TURNS, RATIOS, RUNS = 5, 2, 20, 1000
NOISE = (0.02, 0.03, 0.04, 0.06)
DRIFT = 0.1
CHOICES = labellings(((TURNS, TURNS),) * ROUNDS)
IS_SUBJECT = CHOICES.is_subject[0]
# In 999 of 1,000 simulations, a probability of 5% leads to at most this share of the runs.
ALLOWED = float(stats.binom.ppf(0.999, RUNS, SIGNIFICANCE)) / RUNS


def simulated(noise: float, number: int, seed: int) -> NDArray[np.float64]:
    """Return the logarithms of equal subjects: a row for each run, a column for each ratio."""
    generator = np.random.default_rng(seed)
    rounds = np.repeat(generator.normal(0, DRIFT, (ROUNDS, number)), 2 * TURNS, axis=0)
    return rounds + generator.normal(0, noise, (len(IS_SUBJECT), number))


@cache
def p_of_equal(noise: float) -> NDArray[np.float64]:
    """Return p in RUNS runs of RATIOS equal subjects each."""
    values = simulated(noise, RUNS * RATIOS, seed=round(noise * 1000))
    batches = np.array_split(values, RUNS * RATIOS // 500, axis=1)
    return np.concatenate([MeanTests(CHOICES, batch).p() for batch in batches]).reshape(RUNS, RATIOS)


def share_found(noise: float, ratio: float, ratios: int = RATIOS) -> float:
    """Return the share of runs in which a ratio is found that is the only difference in a table of `ratios`."""
    values = simulated(noise, RUNS, seed=round(noise * 1000) + 1)
    p = MeanTests(CHOICES, values + math.log(ratio) * IS_SUBJECT[:, None]).p()
    tables = np.resize(p_of_equal(noise), (RUNS, ratios - 1))
    return float(np.mean([holm([own, *rest])[0] <= SIGNIFICANCE for own, rest in zip(p, tables, strict=True)]))


@pytest.mark.parametrize("noise", NOISE)
def test_a_table_of_equal_subjects_has_a_false_difference_in_at_most_5_percent_of_runs(noise: float) -> None:
    tables = np.array([holm(each).min() for each in p_of_equal(noise)])
    assert np.mean(tables <= SIGNIFICANCE) <= ALLOWED


@pytest.mark.parametrize("ratios", [20, 35])
@pytest.mark.parametrize("noise", [0.02, 0.03])
def test_a_difference_of_10_percent_is_found_in_90_percent_of_runs_with_up_to_3_percent_noise(
    noise: float, ratios: int
) -> None:
    assert share_found(noise, 1.1, ratios) >= 0.9


@pytest.mark.parametrize(
    ("noise", "ratios", "percent"), [(0.04, 20, 88), (0.04, 35, 81), (0.06, 20, 46), (0.06, 35, 36)]
)
def test_with_more_noise_a_difference_of_10_percent_is_found_as_often_as_documented(
    noise: float, ratios: int, percent: int
) -> None:
    assert round(100 * share_found(noise, 1.1, ratios)) == percent


@pytest.mark.parametrize("noise", [0.02, 0.04])
def test_the_detectable_difference_is_found_in_90_percent_of_runs(noise: float) -> None:
    difference = detectable(noise, rounds=ROUNDS, turns=TURNS, contrasts=RATIOS)
    # Two standard errors of a share of 1,000 runs, of both this simulation and that of `detectable`.
    assert share_found(noise, 1 + difference) == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("margin", MARGINS)
@pytest.mark.parametrize("noise", [0.02, 0.06])
def test_subjects_that_differ_by_a_margin_are_called_the_same_within_it_in_at_most_5_percent_of_runs(
    noise: float, margin: float
) -> None:
    values = simulated(noise, RUNS, seed=round(margin * 100)) + math.log1p(margin) * IS_SUBJECT[:, None]
    low, high = MeanTests(CHOICES, values).bounds(1 - 2 * SIGNIFICANCE)
    assert np.mean(np.maximum(-low, high) <= math.log1p(margin)) <= ALLOWED


@pytest.mark.parametrize("noise", NOISE)
def test_the_interval_has_the_true_ratio_in_95_percent_of_runs(noise: float) -> None:
    values = simulated(noise, RUNS, seed=7) + math.log(1.3) * IS_SUBJECT[:, None]
    low, high = MeanTests(CHOICES, values).bounds(0.95)
    assert np.mean((low <= math.log(1.3)) & (math.log(1.3) <= high)) >= 1 - ALLOWED


def test_equal_latencies_have_a_small_p_as_rarely_as_they_should() -> None:
    generator = np.random.default_rng(9)
    runs = 200
    small = 0
    for _ in range(runs):
        rounds = [[[latencies(generator) for _ in range(TURNS)] for _ in range(2)] for _ in range(3)]
        small += PercentileTest(0.99, [(own, other) for own, other in rounds]).p() <= SIGNIFICANCE
    assert small <= stats.binom.ppf(0.999, runs, SIGNIFICANCE)


def latencies(generator: np.random.Generator) -> Latencies:
    """Return the latencies of a run. A run as a whole is slower or faster by 5%."""
    values = generator.lognormal(math.log(5000) + generator.normal(0, 0.05), 0.4, 110)
    found, counts = np.unique(values.astype(int), return_counts=True)
    return Latencies(dict(zip(found.tolist(), counts.tolist(), strict=True)))


def test_more_ratios_need_more_rounds() -> None:
    assert [rounds_needed(2, ratios) for ratios in (1, 5, 20, 35, 100)] == [3, 3, 4, 5, 5]
    assert [rounds_needed(1, ratios) for ratios in (1, 5, 20, 35)] == [6, 8, 10, 11]
    assert detectable(0.03, rounds=4, turns=2, contrasts=35) == math.inf
