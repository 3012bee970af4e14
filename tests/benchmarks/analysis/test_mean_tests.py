"""The permutation test of means, compared with SciPy's where SciPy has the same test. The seeds are fixed."""

import math

import numpy as np
import pytest
from scipy import stats

from benchmarks.analysis.labellings import RANDOM, labellings, smallest_p
from benchmarks.analysis.mean_tests import MeanTest

type Rounds = list[tuple[list[float], list[float]]]


def rounds_of(seed: int, *, rounds: int = 5, turns: int = 2, ratio: float = 1.0, noise: float = 0.03) -> Rounds:
    """Return runs of a subject and a baseline; the levels of the rounds differ by a tenth."""
    generator = np.random.default_rng(seed)
    measured = []
    for _ in range(rounds):
        level = 1000 * math.exp(generator.normal(0, 0.1))
        own, other = (level * np.exp(generator.normal(0, noise, turns)) for _ in range(2))
        measured.append(((own * ratio).tolist(), other.tolist()))
    return measured


def test_one_round_is_scipy_s_test_of_independent_samples() -> None:
    for seed, turns in ((1, 3), (2, 4), (3, 5)):
        ((own, other),) = rounds_of(seed, rounds=1, turns=turns, ratio=1.04)
        expected = stats.permutation_test((np.log(own), np.log(other)), difference_of_means, n_resamples=np.inf)
        assert MeanTest([(own, other)]).p() == pytest.approx(expected.pvalue)


def test_one_turn_in_each_round_is_scipy_s_test_of_paired_samples() -> None:
    for seed, rounds in ((1, 5), (2, 8)):
        measured = rounds_of(seed, rounds=rounds, turns=1, ratio=1.02)
        ratios = [math.log(own / other) for (own,), (other,) in measured]
        expected = stats.permutation_test(
            (ratios, [0.0] * rounds), difference_of_means, permutation_type="samples", n_resamples=np.inf
        )
        assert MeanTest(measured).p() == pytest.approx(expected.pvalue)


def difference_of_means(own: np.ndarray, other: np.ndarray, axis: int = -1) -> np.ndarray:
    return np.mean(own, axis=axis) - np.mean(other, axis=axis)


def test_all_labellings_of_five_rounds_of_two_turns_are_used() -> None:
    # Each round has six labellings. Of each two that are each other's reverse, one is used.
    choices = labellings(((2, 2),) * 5)
    assert choices.is_subject.shape == (6**5 // 2, 20)
    assert len(np.unique(choices.is_subject, axis=0)) == 6**5 // 2
    assert choices.is_subject[0].tolist() == [True, True, False, False] * 5
    assert choices.smallest_p == smallest_p(5, 2) == 2 / 6**5


def test_with_unequal_numbers_of_runs_every_labelling_is_used() -> None:
    choices = labellings(((1, 2), (2, 2)))
    assert len(np.unique(choices.is_subject, axis=0)) == len(choices.is_subject) == 3 * 6
    assert choices.weights[0].tolist() == [0.5, -0.25, -0.25, 0.25, 0.25, -0.25, -0.25]


def test_many_rounds_use_random_labellings_and_the_measured_one() -> None:
    choices = labellings(((2, 2),) * 9)
    assert choices.is_subject.shape == (RANDOM, 36)
    assert choices.is_subject[0].tolist() == [True, True, False, False] * 9
    assert choices.is_subject.sum(axis=1).tolist() == [18] * RANDOM
    assert MeanTest(rounds_of(1, rounds=9, ratio=1.3)).p() == pytest.approx(smallest_p(9, 2))


@pytest.mark.parametrize("rounds", [5, 9])
@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_the_interval_has_the_ratios_that_the_test_does_not_reject(rounds: int, confidence: float) -> None:
    test = MeanTest(rounds_of(4, rounds=rounds, ratio=1.1))
    low, high = test.bounds(confidence)
    for inside, outside in ((low + 1e-6, low - 1e-6), (high - 1e-6, high + 1e-6)):
        assert test.p(inside) > round(1 - confidence, 9) >= test.p(outside)


def test_the_estimate_is_the_ratio_of_geometric_means() -> None:
    measured: Rounds = [([2.0, 8.0], [1.0, 4.0]), ([3.0, 3.0], [1.0, 1.0])]
    assert MeanTest(measured).log_ratio == pytest.approx(math.log(2 * 3) / 2)


def test_a_change_of_speed_between_rounds_cancels() -> None:
    measured = rounds_of(5, ratio=1.1)
    slower = [
        ([value * speed for value in own], [value * speed for value in other])
        for speed, (own, other) in zip((1.0, 0.5, 1.0, 0.7, 1.0), measured, strict=True)
    ]
    one, other = MeanTest(measured), MeanTest(slower)
    assert other.bounds(0.95) == pytest.approx(one.bounds(0.95))
    assert other.p() == one.p()


def test_exchanging_subject_and_baseline_inverts_the_ratio_and_its_interval() -> None:
    measured = rounds_of(6, ratio=1.05)
    one, other = MeanTest(measured), MeanTest([(baseline, own) for own, baseline in measured])
    assert one.p() == other.p()
    assert one.log_ratio == pytest.approx(-other.log_ratio)
    low, high = other.bounds(0.95)
    assert one.bounds(0.95) == pytest.approx((-high, -low))


def test_with_too_few_labellings_the_interval_is_not_bounded() -> None:
    assert MeanTest(rounds_of(7, rounds=5, turns=1)).bounds(0.95) == (-math.inf, math.inf)
    assert math.isfinite(MeanTest(rounds_of(7, rounds=6, turns=1)).bounds(0.95)[1])
    assert MeanTest(rounds_of(7, rounds=2, turns=2)).bounds(0.95) == (-math.inf, math.inf)
    assert math.isfinite(MeanTest(rounds_of(7, rounds=3, turns=2)).bounds(0.95)[1])


def test_equal_values_show_no_difference() -> None:
    assert MeanTest([([5.0, 5.0], [5.0, 5.0])] * 5).p() == 1.0
