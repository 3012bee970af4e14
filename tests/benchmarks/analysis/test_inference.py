"""Differences, equalities, undecided ratios, and Holm's method."""

import math
from dataclasses import dataclass

import pytest

from benchmarks.analysis.inference import MARGINS, NoTest, contrasts, holm
from benchmarks.analysis.statistics import Verdict


@dataclass(frozen=True)
class FixedTest:
    """A test with given results. `half_width` is that of the 90% and the 95% interval of the logarithm."""

    ratio: float
    fixed_p: float
    half_width: float = 0.2
    smallest_p: float = 0.0001

    @property
    def log_ratio(self) -> float:
        return math.log(self.ratio)

    def p(self, _log_ratio: float = 0.0, /) -> float:
        return self.fixed_p

    def bounds(self, _confidence: float, /) -> tuple[float, float]:
        return self.log_ratio - self.half_width, self.log_ratio + self.half_width


def test_holm_adjusts_the_smallest_p_for_all_tests_and_the_next_for_one_less() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


def test_a_difference_needs_more_evidence_among_more_ratios() -> None:
    (alone,) = contrasts([FixedTest(1.1, 0.02)])
    assert (alone.verdict, alone.p) == (Verdict.HIGHER, 0.02)
    among_others, *_ = contrasts([FixedTest(1.1, 0.02), FixedTest(1.0, 0.8), FixedTest(1.0, 0.9)])
    assert (among_others.verdict, among_others.p) == (Verdict.UNDECIDED, 0.06)
    (lower,) = contrasts([FixedTest(0.9, 0.02)])
    assert lower.verdict is Verdict.LOWER


@pytest.mark.parametrize("margin", MARGINS)
def test_both_are_the_same_within_the_smallest_margin_that_has_the_interval(margin: float) -> None:
    width = math.log1p(margin)
    for ratio in (math.exp(0.001), math.exp(-0.001)):
        (contrast,) = contrasts([FixedTest(ratio, 0.5, width - 0.0011)])
        assert (contrast.verdict, contrast.same_within) == (Verdict.SAME, margin)
        (wider,) = contrasts([FixedTest(ratio, 0.5, width - 0.0009)])
        assert wider.same_within != margin


def test_an_interval_beyond_the_largest_margin_is_undecided() -> None:
    (contrast,) = contrasts([FixedTest(1.02, 0.5, math.log(1.09))])
    assert (contrast.verdict, contrast.same_within) == (Verdict.UNDECIDED, None)


def test_a_difference_takes_precedence_over_an_equality() -> None:
    (contrast,) = contrasts([FixedTest(1.01, 0.001, 0.001)])
    assert (contrast.verdict, contrast.same_within) == (Verdict.HIGHER, None)


def test_too_few_rounds_is_the_verdict_if_the_smallest_p_is_too_large_for_the_number_of_ratios() -> None:
    few = FixedTest(2.0, 0.03, smallest_p=0.03)
    assert contrasts([few])[0].verdict is Verdict.HIGHER
    assert {each.verdict for each in contrasts([few, few])} == {Verdict.TOO_FEW_ROUNDS}


def test_a_value_that_was_not_measurable_is_undecided() -> None:
    (contrast,) = contrasts([NoTest()])
    assert contrast.verdict is Verdict.UNDECIDED
    assert math.isnan(contrast.ratio.estimate)
