"""Computes the ratio of the CPU per request over several scenarios: for reads and for writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import geometric_mean
from typing import Literal

from benchmarks.analysis.comparisons import Pair, mean_test
from benchmarks.analysis.inference import interval
from benchmarks.analysis.rows import Rounds, server_cpu
from benchmarks.analysis.statistics import Interval
from benchmarks.settings import Subject

type Kind = Literal["reads", "writes"]

KINDS: Mapping[Kind, tuple[str, ...]] = {
    "reads": (
        *("product_detail", "product_list", "product_filter", "product_search", "category_list"),
        "order_history",
    ),
    "writes": ("product_create", "order_place"),
}


@dataclass(frozen=True)
class Overall:
    """The server CPU per request of a subject divided by that of its baseline: the geometric mean over `scenarios`."""

    subject: Subject
    baseline: Subject
    kind: Kind
    cpu: Interval
    scenarios: tuple[str, ...]


def overall(pairs: Mapping[str, Sequence[Pair]]) -> list[Overall]:
    """Return the ratios for reads and for writes of each subject. `pairs` has the valid pairs by scenario.

    The value of a run is the geometric mean of its CPU per request over the scenarios, so the test and the interval
    are those of one scenario.
    """
    found = []
    both = dict.fromkeys((pair.subject, pair.baseline) for some in pairs.values() for pair in some)
    for subject, baseline in both:
        for kind, names in KINDS.items():
            own = {
                name: pair
                for name in names
                for pair in pairs.get(name, ())
                if (pair.subject, pair.baseline) == (subject, baseline)
            }
            if own:
                test = mean_test(_values(list(own.values())))
                found.append(Overall(subject, baseline, kind, interval(test), tuple(own)))
    return found


def _values(pairs: Sequence[Pair]) -> list[tuple[list[float], list[float]]]:
    """Return the geometric means over the pairs, of the runs of subject and baseline, by round."""
    return list(zip(_means([pair.own for pair in pairs]), _means([pair.other for pair in pairs]), strict=True))


def _means(scenarios: Sequence[Rounds]) -> list[list[float]]:
    rounds = zip(*scenarios, strict=True)
    return [[geometric_mean(map(server_cpu, cells)) for cells in zip(*runs, strict=True)] for runs in rounds]
