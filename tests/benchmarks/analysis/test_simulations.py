"""Simulated runs with known differences: the tests find these, and no others. The seeds are fixed.

The runs have the structure of the main part: five rounds, two turns of both subjects in each, and tables of 35 ratios.
The logarithm of a run's value has normally distributed noise, and that of a round has a change of speed that its runs
share. The only true difference is in one of the ratios, which is the least favourable case for Holm's method.
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

ROUNDS, TURNS, RATIOS, RUNS = 5, 2, 35, 1000
# The table of benchmarks/README.md. By the noise of one run: the share of runs with a false difference, the share of
# runs in which a true difference of 10% is found, and the difference that is found in 90% of runs.
DOCUMENTED = {
    0.02: ("4.2%", "100%", "5.3%"),
    0.03: ("5.8%", "98%", "8.1%"),
    0.04: ("3.8%", "81%", "10.9%"),
    0.06: ("3.4%", "36%", "16.8%"),
}
NOISE = tuple(DOCUMENTED)
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


def share_found(noise: float, ratio: float) -> float:
    """Return the share of runs in which a ratio is found that is the only difference in a table of RATIOS."""
    values = simulated(noise, RUNS, seed=round(noise * 1000) + 1)
    p = MeanTests(CHOICES, values + math.log(ratio) * IS_SUBJECT[:, None]).p()
    tables = p_of_equal(noise)[:, 1:]
    return float(np.mean([holm([own, *rest])[0] <= SIGNIFICANCE for own, rest in zip(p, tables, strict=True)]))


def share_of_false_alarms(noise: float) -> float:
    """Return the share of runs with a difference in a table of RATIOS between equal subjects."""
    return float(np.mean([holm(table).min() <= SIGNIFICANCE for table in p_of_equal(noise)]))


@pytest.mark.parametrize("noise", NOISE)
def test_a_table_of_equal_subjects_has_a_false_difference_in_at_most_5_percent_of_runs(noise: float) -> None:
    assert share_of_false_alarms(noise) <= ALLOWED


@pytest.mark.parametrize("noise", [0.02, 0.03])
def test_a_difference_of_10_percent_is_found_in_90_percent_of_runs_with_up_to_3_percent_noise(noise: float) -> None:
    assert share_found(noise, 1.1) >= 0.9


@pytest.mark.parametrize("noise", NOISE)
def test_the_simulation_gives_the_documented_figures(noise: float) -> None:
    difference = detectable(noise, rounds=ROUNDS, turns=TURNS, contrasts=RATIOS)
    figures = f"{share_of_false_alarms(noise):.1%}", f"{share_found(noise, 1.1):.0%}", f"{difference:.1%}"
    assert figures == DOCUMENTED[noise]


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
