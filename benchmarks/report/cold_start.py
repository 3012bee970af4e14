"""Sentences about cold starts."""

from collections.abc import Sequence
from statistics import median

from benchmarks.results import Part


def cold_starts(part: Part) -> list[str]:
    """Return a sentence for each variant whose starts the part has measured: see `runs.cold_start`."""
    return [
        f"{variant} is ready {_spread(times['ready'])} after the start of its process: its first response with 200. A "
        f"new process imports its application in {_spread(times['import'])}. Median and range of "
        f"{len(times['ready'])} starts."
        for variant, times in part.extra.get("cold_start", {}).items()
    ]


def _spread(seconds: Sequence[float]) -> str:
    return f"{median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"
