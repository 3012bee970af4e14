"""The latencies of one or more cells, with those of the requests that had no response in time apart."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.analysis.statistics import percentile
from benchmarks.cells import Cell


@dataclass(frozen=True)
class Latencies:
    """Microseconds to the number of responses, and the number of requests without a response in time."""

    buckets: Mapping[int, int]
    dropped: int = 0

    def percentile(self, share: float) -> float:
        """Return a percentile in microseconds: infinite if it is one of the dropped requests, nan without requests."""
        return percentile(self.buckets, share, slower=self.dropped)


def latencies_of(cells: Sequence[Cell]) -> Latencies:
    """Return the latencies of all cells together.

    In a cell, those of the dropped requests are its longest: the time that these requests had waited.
    """
    return pooled(Latencies(_answered(cell), cell.dropped) for cell in cells)


def pooled(runs: Iterable[Latencies]) -> Latencies:
    """Return the latencies of all runs together."""
    buckets: Counter[int] = Counter()
    dropped = 0
    for run in runs:
        buckets.update(run.buckets)
        dropped += run.dropped
    return Latencies(buckets, dropped)


def _answered(cell: Cell) -> dict[int, int]:
    answered, dropped = dict(cell.latencies), cell.dropped
    for value in sorted(answered, reverse=True):
        removed = min(dropped, answered[value])
        answered[value] -= removed
        dropped -= removed
    return {value: number for value, number in answered.items() if number}
