"""The statistics are told synthetic samples with known effects, and must find those and no others."""

import math
import random
from collections import Counter

import pytest

from benchmarks.statistics import Interval, Verdict, noise_band, percentile, ratio_of_medians, verdict

ROUNDS = 5
RUNS = 40


def figures(generator: random.Random, level: float, noise: float, rounds: int = ROUNDS) -> list[float]:
    return [level * math.exp(generator.gauss(0, noise)) for _ in range(rounds)]


def a_run(generator: random.Random, *, effect: float, noise: float) -> tuple[Interval, float]:
    """Ratio and A/A band of a run of five rounds in which each variant has two turns."""
    turns = {
        name: (figures(generator, level, noise), figures(generator, level, noise))
        for name, level in (("base", 1000.0), ("other", 1000.0 * effect))
    }
    means = {name: [(one + two) / 2 for one, two in zip(*both, strict=True)] for name, both in turns.items()}
    band = noise_band([ratio_of_medians(list(zip(*both, strict=True))) for both in turns.values()])
    return ratio_of_medians(list(zip(means["other"], means["base"], strict=True))), band


def test_percentiles_of_buckets_are_those_of_the_values_themselves() -> None:
    generator = random.Random(1)
    values = [generator.randrange(200, 5000) for _ in range(999)]
    ordered = sorted(values)
    for share in (0.5, 0.95, 0.99, 1.0):
        assert percentile(Counter(values), share) == ordered[math.ceil(share * 999) - 1]


def test_a_percentile_counts_how_often_a_value_came() -> None:
    assert percentile({100: 98, 900: 1, 5000: 1}, 0.5) == 100
    assert percentile({100: 98, 900: 1, 5000: 1}, 0.99) == 900
    assert math.isnan(percentile({}, 0.5))


def test_a_true_difference_of_five_percent_is_found_where_noise_is_low() -> None:
    generator = random.Random(2)
    found = [verdict(*a_run(generator, effect=1.05, noise=0.005), ROUNDS) for _ in range(RUNS)]
    assert found.count(Verdict.HIGHER) >= 0.95 * RUNS
    assert Verdict.LOWER not in found


@pytest.mark.parametrize("noise", [0.005, 0.02, 0.05])
def test_no_difference_is_called_none(noise: float) -> None:
    generator = random.Random(3)
    found = [verdict(*a_run(generator, effect=1.0, noise=noise), ROUNDS) for _ in range(RUNS)]
    assert found.count(Verdict.NO_DIFFERENCE) >= 0.95 * RUNS


def test_a_lower_rate_is_called_lower() -> None:
    ratio, band = a_run(random.Random(4), effect=0.5, noise=0.01)
    assert verdict(ratio, band, ROUNDS) is Verdict.LOWER


def test_the_interval_holds_the_true_ratio_nearly_as_often_as_it_says() -> None:
    generator = random.Random(5)
    runs = [a_run(generator, effect=1.3, noise=0.02)[0] for _ in range(100)]
    held = sum(ratio.low <= 1.3 <= ratio.high for ratio in runs)
    # 95% is the aim; with five rounds and medians, simulations of thousands of runs give 92 to 97%.
    assert held >= 88


def test_what_both_variants_of_a_round_share_does_not_widen_the_interval_without_need() -> None:
    slow_machine = [1.0, 0.6, 1.0, 0.6, 1.0]
    ratio = ratio_of_medians([(1500 * speed, 1000 * speed) for speed in slow_machine])
    assert (ratio.low, ratio.estimate, ratio.high) == pytest.approx((1.5, 1.5, 1.5))


def test_a_ratio_inside_the_band_is_no_difference_however_narrow_its_interval() -> None:
    assert verdict(Interval(1.03, 1.02, 1.04), 1.05, ROUNDS) is Verdict.NO_DIFFERENCE
    assert verdict(Interval(1.06, 1.04, 1.08), 1.05, ROUNDS) is Verdict.NO_DIFFERENCE
    assert verdict(Interval(1.08, 1.06, 1.10), 1.05, ROUNDS) is Verdict.HIGHER
    assert verdict(Interval(0.90, 0.88, 0.92), 1.05, ROUNDS) is Verdict.LOWER


def test_two_rounds_say_nothing() -> None:
    assert verdict(Interval(2, 2, 2), 1.01, 2) is Verdict.TOO_FEW_ROUNDS


def test_the_band_is_as_wide_as_the_widest_end_in_either_direction() -> None:
    assert noise_band([Interval(1.0, 0.8, 1.1), Interval(1.0, 0.99, 1.01)]) == pytest.approx(1.25)


def test_the_same_samples_give_the_same_interval() -> None:
    pairs = [(float(n), 10.0) for n in range(10, 15)]
    assert ratio_of_medians(pairs) == ratio_of_medians(pairs)
