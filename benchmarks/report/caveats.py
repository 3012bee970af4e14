"""Numbered caveats of table rows. A row shows the number, and the text below the table explains it."""

from enum import IntEnum

from benchmarks.analysis.bottlenecks import ARRIVALS, OVERRUN, SERVER
from benchmarks.analysis.rows import Row
from benchmarks.analysis.summary import Summary
from benchmarks.report.notes import MAX_INTRUDER_SHARE, MIN_CONCURRENCY
from benchmarks.settings import Settings

# The share of a CPU above which the generator may limit a rate.
MAX_GENERATOR_SHARE = 0.5
# With this number of responses ten of them are above the 99th percentile.
MIN_RESPONSES = 1000


class Caveat(IntEnum):
    """A caveat. Its value is the number that tables show."""

    OTHER_LIMIT = 1
    OVER_CEILING = 2
    BUSY_MACHINE = 3
    CLOSED_TAIL = 4
    FEW_RESPONSES = 5
    BUSY_GENERATOR = 6
    DROPPED = 7
    LOW_CONCURRENCY = 8


MEANINGS = {
    Caveat.OTHER_LIMIT: "The server did not limit the rate: see the column limit. "
    "Compare the server's CPU per request instead of requests per second.",
    Caveat.OVER_CEILING: "The rate is above half of what the generator can reach, computed from its CPU per request in "
    "this row or in the replay of the recorded responses, whichever is higher: it and its ratios are rejected.",
    Caveat.BUSY_MACHINE: "Other programs used more than 5% of the server's CPU: the machine was busy.",
    Caveat.CLOSED_TAIL: "Under closed load no requests arrive while the server is stuck, so the p99 is lower than that "
    "of independent users. Open load has no such limit.",
    Caveat.FEW_RESPONSES: f"Fewer than {MIN_RESPONSES:,} responses: fewer than ten of them are above the p99.",
    Caveat.BUSY_GENERATOR: "The generator used more than half of a CPU and may have limited the rate.",
    Caveat.DROPPED: "Requests had no response in time. They rank as slower than any response, and a percentile among "
    "them is shown as >.",
    Caveat.LOW_CONCURRENCY: f"The users waited for responses in less than {MIN_CONCURRENCY:.0%} of their time (N): the "
    "generator slowed them, so the latencies are too low.",
}


def rate_caveats(row: Row, summary: Summary) -> tuple[Caveat, ...]:
    """Return the caveats of a row's requests per second."""
    conditions = {
        Caveat.OTHER_LIMIT: row.bottleneck not in {SERVER, ARRIVALS, OVERRUN},
        Caveat.OVER_CEILING: (row.scenario, row.load, row.subject) in summary.rejected,
        Caveat.BUSY_MACHINE: (row.intruder_share or 0.0) > MAX_INTRUDER_SHARE,
        Caveat.BUSY_GENERATOR: row.generator_share > MAX_GENERATOR_SHARE,
    }
    return tuple(caveat for caveat, applies in conditions.items() if applies)


def tail_caveats(row: Row) -> tuple[Caveat, ...]:
    """Return the caveats of a row's p99."""
    conditions = {
        Caveat.CLOSED_TAIL: not row.load.is_open,
        Caveat.FEW_RESPONSES: sum(row.latencies.values()) < MIN_RESPONSES,
        Caveat.DROPPED: row.dropped > 0,
        Caveat.LOW_CONCURRENCY: row.concurrency is not None and row.concurrency < MIN_CONCURRENCY,
    }
    return tuple(caveat for caveat, applies in conditions.items() if applies)


def common_tail_caveats(settings: Settings) -> tuple[Caveat, ...]:
    """Return the caveats of every p99 of a part. The heading of the column shows them instead of each row."""
    return () if any(load.is_open for load in settings.loads) else (Caveat.CLOSED_TAIL,)
