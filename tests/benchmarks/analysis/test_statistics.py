"""The statistics detect the known effects in synthetic samples, and no others. The seeds are fixed."""

import math
import random
from collections import Counter
from functools import cache

import pytest

from benchmarks.analysis.statistics import (
    Interval,
    Verdict,
    furthest_from_one,
    median_of_ratios,
    noise_band,
    percentile,
    verdict,
)

ROUNDS, RUNS = 5, 400
# Standard deviations of logarithms: of single runs (SMALL and LARGE), and of whole rounds (DRIFT).
SMALL, LARGE, DRIFT = 0.01, 0.05, 0.1


class Run:
    """A synthetic run of two variants with two turns each in every round.

    `effect` is the true ratio, `noise` the standard deviation of a turn, `disturbed` the probability of a slow turn.
    """

    def __init__(self, generator: random.Random, *, effect: float, noise: float, rounds: int, disturbed: float) -> None:
        def run(level: float) -> float:
            hit = generator.uniform(0.05, 0.3) if generator.random() < disturbed else 0.0
            return level * (1 - hit) * math.exp(generator.gauss(0, noise))

        base, other = [], []
        for _ in range(rounds):
            level = 1000 * math.exp(generator.gauss(0, DRIFT))
            base.append((run(level), run(level)))
            other.append((run(level * effect), run(level * effect)))
        both = zip(other, base, strict=True)
        self.ratio = median_of_ratios([(sum(ours), sum(theirs)) for ours, theirs in both])
        self.controls = [median_of_ratios(base), median_of_ratios(other)]
        self.band = noise_band(self.controls)
        self.verdict = verdict(self.ratio, self.band, rounds)


@cache
def synthetic_runs(
    effect: float, noise: float = SMALL, *, rounds: int = ROUNDS, disturbed: float = 0.0, runs: int = RUNS
) -> list[Run]:
    generator = random.Random(f"{effect} {noise} {rounds} {disturbed}")
    return [Run(generator, effect=effect, noise=noise, rounds=rounds, disturbed=disturbed) for _ in range(runs)]


def share(outcomes: list[bool]) -> float:
    return sum(outcomes) / len(outcomes)


def test_percentiles_of_buckets_equal_percentiles_of_values() -> None:
    generator = random.Random(1)
    values = [generator.randrange(200, 5000) for _ in range(999)]
    ordered = sorted(values)
    for share in (0.5, 0.95, 0.99, 1.0):
        assert percentile(Counter(values), share) == ordered[math.ceil(share * 999) - 1]


def test_a_percentile_weights_values_by_their_count() -> None:
    assert percentile({100: 98, 900: 1, 5000: 1}, 0.5) == 100
    assert percentile({100: 98, 900: 1, 5000: 1}, 0.99) == 900
    assert math.isnan(percentile({}, 0.5))


@pytest.mark.parametrize(("noise", "at_least"), [(SMALL / 2, 0.99), (SMALL, 0.95)])
def test_a_true_difference_of_five_percent_is_found_where_noise_is_small(noise: float, at_least: float) -> None:
    for effect, expected in ((1.05, Verdict.HIGHER), (1 / 1.05, Verdict.LOWER)):
        assert share([run.verdict is expected for run in synthetic_runs(effect, noise)]) >= at_least


@pytest.mark.parametrize("disturbed", [0.0, 0.05, 0.2])
@pytest.mark.parametrize("noise", [SMALL / 2, SMALL, 2 * SMALL, LARGE])
def test_equal_variants_show_no_difference_in_at_least_95_of_100_runs(noise: float, disturbed: float) -> None:
    differences = [run.verdict is not Verdict.NO_DIFFERENCE for run in synthetic_runs(1.0, noise, disturbed=disturbed)]
    assert share(differences) <= 0.05


def test_a_small_difference_in_much_noise_never_gets_the_opposite_verdict() -> None:
    assert Verdict.LOWER not in {run.verdict for run in synthetic_runs(1.05, LARGE)}


@pytest.mark.parametrize(
    ("rounds", "level"),
    # The true median is between the smallest and the largest of n ratios unless all ratios are on one side of it. The
    # probability of that is 2 in 2**n for any noise, which gives 93.75% with five rounds and 96.9% with six.
    [(5, 0.9375), (6, 0.95), (7, 0.95), (9, 0.95), (12, 0.95)],
)
def test_the_interval_covers_the_true_ratio_at_its_confidence_level(rounds: int, level: float) -> None:
    covered = [
        run.ratio.low <= 1.3 <= run.ratio.high for run in synthetic_runs(1.3, 2 * SMALL, rounds=rounds, runs=1000)
    ]
    # The tolerance is two standard errors of a share of 1000 runs.
    assert share(covered) >= level - 2 * math.sqrt(level * (1 - level) / 1000)


def test_a_round_that_disturbs_one_variant_does_not_move_the_ratio_far() -> None:
    quiet, disturbed = synthetic_runs(1.3), synthetic_runs(1.3, disturbed=0.05)
    assert all(abs(run.ratio.estimate / 1.3 - 1) < 0.02 for run in quiet)
    assert share([abs(run.ratio.estimate / 1.3 - 1) < 0.02 for run in disturbed]) >= 0.95


def test_the_control_of_an_idle_machine_is_within_two_percent_despite_drift() -> None:
    ratios = [furthest_from_one(run.controls) for run in synthetic_runs(1.3)]
    assert share([ratio is not None and abs(ratio.estimate - 1) < 0.02 for ratio in ratios]) >= 0.97


def test_noise_shared_by_both_variants_of_a_round_cancels() -> None:
    slow_machine = [1.0, 0.6, 1.0, 0.6, 1.0]
    ratio = median_of_ratios([(1500 * speed, 1000 * speed) for speed in slow_machine])
    assert (ratio.low, ratio.estimate, ratio.high) == pytest.approx((1.5, 1.5, 1.5))


def test_swapping_the_variants_inverts_the_ratio_and_its_interval() -> None:
    for rounds in (3, 4, 5, 8):
        pairs = [(float(number), 10.0) for number in range(10, 10 + rounds)]
        one, other = median_of_ratios(pairs), median_of_ratios([(second, first) for first, second in pairs])
        assert (one.low, one.estimate, one.high) == pytest.approx((1 / other.high, 1 / other.estimate, 1 / other.low))


def test_with_five_rounds_the_interval_spans_all_ratios() -> None:
    ratio = median_of_ratios([(1.2, 1), (1.0, 1), (1.1, 1), (1.4, 1), (1.3, 1)])
    assert (ratio.low, ratio.estimate, ratio.high) == pytest.approx((1.0, 1.2, 1.4))


def test_with_many_rounds_the_interval_is_narrower_than_the_range_of_ratios() -> None:
    pairs = [(1 + number / 100, 1.0) for number in range(31)]
    ratio = median_of_ratios(pairs)
    assert ratio.estimate == pytest.approx(1.15)
    assert 1.05 < ratio.low < ratio.estimate < ratio.high < 1.25


def test_division_by_zero_gives_no_ratio() -> None:
    for pairs in ([], [(1.0, 0.0)], [(0.0, 1.0), (1.0, 1.0)]):
        assert math.isnan(median_of_ratios(pairs).estimate)


def test_a_ratio_inside_the_band_is_no_difference_however_narrow_its_interval() -> None:
    assert verdict(Interval(1.03, 1.02, 1.04), 1.05, ROUNDS) is Verdict.NO_DIFFERENCE
    assert verdict(Interval(1.06, 1.04, 1.08), 1.05, ROUNDS) is Verdict.NO_DIFFERENCE
    assert verdict(Interval(1.08, 1.06, 1.10), 1.05, ROUNDS) is Verdict.HIGHER
    assert verdict(Interval(0.90, 0.88, 0.92), 1.05, ROUNDS) is Verdict.LOWER


def test_two_rounds_have_no_verdict() -> None:
    assert verdict(Interval(2, 2, 2), 1.01, 2) is Verdict.TOO_FEW_ROUNDS


def test_the_band_is_the_bound_furthest_from_one_reduced_by_the_square_root_of_two() -> None:
    band = noise_band([Interval(1.0, 0.8, 1.1), Interval(1.0, 0.99, 1.01)])
    assert math.log(band) == pytest.approx(math.log(1.25) / math.sqrt(2))
    assert noise_band([]) == 1


def test_the_control_that_is_reported_is_the_one_furthest_from_one() -> None:
    near, far = Interval(1.01, 0.9, 1.1), Interval(0.98, 0.97, 0.99)
    assert furthest_from_one([near, far]) is far
    assert furthest_from_one([]) is None


def test_the_same_samples_give_the_same_interval() -> None:
    pairs = [(float(number), 10.0) for number in range(10, 25)]
    assert median_of_ratios(pairs) == median_of_ratios(pairs)
