"""Sentences about the delivery of events to the clients of the WebSocket."""

from collections.abc import Sequence
from statistics import median

from benchmarks.results import Part


def fanout(part: Part) -> list[str]:
    """Return a sentence for each variant whose deliveries the part has measured: see `runs.fanout`."""
    measured = part.extra.get("fanout", {"clients": 0, "variants": {}})
    return [
        f"{variant} delivers an event to {measured['clients']} clients in {_spread(seconds['p50'])} (p50) and "
        f"{_spread(seconds['p99'])} (p99). Median and range of {len(seconds['p50'])} rounds."
        for variant, seconds in measured["variants"].items()
    ]


def _spread(seconds: Sequence[float]) -> str:
    low, middle, high = (1000 * each for each in (min(seconds), median(seconds), max(seconds)))
    return f"{middle:.0f} ms ({low:.0f} to {high:.0f})"
