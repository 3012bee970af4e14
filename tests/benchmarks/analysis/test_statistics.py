"""Percentiles of buckets."""

import math
import random
from collections import Counter

from benchmarks.analysis.statistics import percentile


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


def test_requests_without_a_response_rank_above_all_others() -> None:
    assert percentile({100: 98, 900: 1}, 0.99, slower=1) == 900
    assert percentile({100: 98}, 0.99, slower=2) == math.inf
    assert percentile({}, 0.5, slower=1) == math.inf
