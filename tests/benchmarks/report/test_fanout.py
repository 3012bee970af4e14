"""The sentences about the delivery of events to the clients of the WebSocket."""

from benchmarks.report.fanout import fanout
from benchmarks.results import Part
from benchmarks.settings import Settings


def test_deliveries_have_the_median_and_the_range() -> None:
    part = Part("websocket-fanout", Settings(scenarios=()))
    seconds = {"p50": [0.012, 0.010, 0.011], "p99": [0.031, 0.030, 0.050]}
    part.extra["fanout"] = {"clients": 500, "variants": {"django": seconds}}

    assert fanout(part) == [
        (
            "django delivers an event to 500 clients in 11 ms (10 to 12) (p50) and 31 ms (30 to 50) (p99). "
            "Median and range of 3 rounds."
        )
    ]


def test_other_parts_have_no_deliveries() -> None:
    assert fanout(Part("main", Settings())) == []
