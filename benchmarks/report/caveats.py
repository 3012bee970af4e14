"""Numbered caveats of single rows: a row shows the number, and the table explains it once."""

from enum import IntEnum

from benchmarks.analysis.bottlenecks import ARRIVALS, OVERRUN, SERVER
from benchmarks.analysis.rows import Row
from benchmarks.analysis.summary import Summary
from benchmarks.report.notes import INTRUDED
from benchmarks.settings import Settings

# Above this share of a CPU the generator may hold a rate back.
GENERATOR_BUSY = 0.5
# So many answers are needed for ten of them to lie above the 99th percentile.
FEW_ANSWERS = 1000


class Caveat(IntEnum):
    """Its number is its badge, the same in all tables."""

    OTHER_LIMIT = 1
    OVER_CEILING = 2
    BUSY_MACHINE = 3
    CLOSED_TAIL = 4
    FEW_ANSWERS = 5
    BUSY_GENERATOR = 6
    DROPPED = 7


MEANINGS = {
    Caveat.OTHER_LIMIT: "Something else than the server held the rate down (its bottleneck is named): "
    "requests per second say little of the server here; its CPU per request does.",
    Caveat.OVER_CEILING: "The rate is over half of what the generator can do: it is rejected, and so are ratios of it.",
    Caveat.BUSY_MACHINE: "Other programs used more than a twentieth of the server's CPU: the machine was busy.",
    Caveat.CLOSED_TAIL: "Under closed load nobody arrives while the server is stuck: its p99 is not what visitors see. "
    "With many users or slow answers it may be too low besides: at the end of each slice of time fewer users wait.",
    Caveat.FEW_ANSWERS: f"Fewer than {FEW_ANSWERS:,} answers: p99 rests on fewer than ten of them.",
    Caveat.BUSY_GENERATOR: "The generator used more than half of a CPU and may have held the rate back.",
    Caveat.DROPPED: "Arrivals were dropped: among the latencies each stands behind the slowest that was answered.",
}


def of_rate(row: Row, summary: Summary) -> tuple[Caveat, ...]:
    """Those that concern a row's requests per second."""
    found = {
        Caveat.OTHER_LIMIT: row.bottleneck not in {SERVER, ARRIVALS, OVERRUN},
        Caveat.OVER_CEILING: (row.scenario, row.load, row.subject) in summary.rejected,
        Caveat.BUSY_MACHINE: (row.intruder_share or 0.0) > INTRUDED,
        Caveat.BUSY_GENERATOR: row.generator_share > GENERATOR_BUSY,
    }
    return tuple(caveat for caveat, is_so in found.items() if is_so)


def of_tail(row: Row) -> tuple[Caveat, ...]:
    """Those that concern a row's p99."""
    found = {
        Caveat.CLOSED_TAIL: not row.load.is_open,
        Caveat.FEW_ANSWERS: sum(row.latencies.values()) < FEW_ANSWERS,
        Caveat.DROPPED: row.dropped > 0,
    }
    return tuple(caveat for caveat, is_so in found.items() if is_so)


def of_all_tails(settings: Settings) -> tuple[Caveat, ...]:
    """Those that concern every p99 of a part: they stand in its heading."""
    return () if any(load.is_open for load in settings.loads) else (Caveat.CLOSED_TAIL,)
