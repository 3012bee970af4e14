"""Computes the rows of a part's table from its raw cells."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.analysis.bottlenecks import bottleneck
from benchmarks.analysis.statistics import percentile
from benchmarks.cells import Cell, Load
from benchmarks.results import Part, Run
from benchmarks.settings import Subject


@dataclass(frozen=True)
class Row:
    """A scenario under a load on a subject. Latencies in ms, CPU in us per request, shares of one CPU, memory in bytes.

    `peak_rss` is of all the server's processes, `cold_start` in seconds. `bottleneck` is what held the rate down.
    `latencies` counts answers by microseconds, `late` and `dropped` are shares of all arrivals of open load.
    """

    scenario: str
    load: Load
    subject: Subject
    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int
    late: float
    dropped: float
    server_cpu: float
    database_cpu: float | None
    generator_cpu: float
    statements: float | None
    peak_rss: float
    cold_start: float
    server_share: float
    generator_share: float
    database_share: float | None
    intruder_share: float | None
    bottleneck: str
    latencies: dict[int, int]


def per_second(cells: Sequence[Cell]) -> float:
    """Responses per second."""
    return sum(cell.requests for cell in cells) / sum(cell.seconds for cell in cells)


def server_cpu(cells: Sequence[Cell]) -> float:
    """Microseconds of server CPU per request."""
    return _cost(cells, [cell.server_cpu for cell in cells])


def by_round(runs: Sequence[Run], subject: Subject, scenario: str, load: Load) -> list[list[Cell]]:
    """A subject's cells of each round, in the order in which they were measured."""
    rounds: dict[int, list[Cell]] = {}
    for run in sorted(runs, key=lambda run: (run.round, run.position)):
        if run.subject == subject:
            cells = [cell for cell in run.cells if cell.scenario == scenario and cell.load == load]
            rounds.setdefault(run.round, []).extend(cells)
    return [cells for cells in rounds.values() if cells]


def flat(rounds: Sequence[Sequence[Cell]]) -> list[Cell]:
    return [cell for cells in rounds for cell in cells]


def row(
    part: Part, scenario: str, load: Load, subject: Subject, rounds: Sequence[Sequence[Cell]], runs: Sequence[Run]
) -> Row:
    """Return the row of a scenario under a load on a subject, from its cells of each round."""
    cells = flat(rounds)
    latencies = sum((Counter(cell.latencies) for cell in cells), Counter[int]())
    arrivals = sum(latencies.values()) + sum(cell.dropped for cell in cells)
    shares = [_share([(getattr(cell, name), cell.seconds) for cell in cells]) for name in _SHARES]
    server_share, generator_share, database_share, intruder_share = shares
    answered = [each for each in rounds if any(cell.requests for cell in each)]
    database_costs = [
        _cost(each, [cell.database_cpu for cell in each if cell.database_cpu is not None]) for each in answered
    ]
    dropped = sum(cell.dropped for cell in cells) / arrivals if arrivals else 0.0
    return Row(
        scenario=scenario,
        load=load,
        subject=subject,
        per_second=median(map(per_second, rounds)),
        p50=percentile(latencies, 0.50) / 1000,
        p95=percentile(latencies, 0.95) / 1000,
        p99=percentile(latencies, 0.99) / 1000,
        errors=sum(cell.errors for cell in cells),
        late=sum(cell.late for cell in cells) / arrivals if arrivals else 0.0,
        dropped=dropped,
        server_cpu=median(map(server_cpu, answered)) if answered else math.nan,
        database_cpu=median(database_costs) if database_costs and database_share is not None else None,
        generator_cpu=median(_cost(each, [c.generator_cpu for c in each]) for each in answered)
        if answered
        else math.nan,
        statements=part.statements.get(subject.variant, {}).get(scenario),
        peak_rss=median(cell.peak_rss for cell in cells),
        cold_start=median(run.cold_start for run in runs if run.subject == subject),
        server_share=server_share or 0.0,
        generator_share=generator_share or 0.0,
        database_share=database_share,
        intruder_share=intruder_share,
        bottleneck=bottleneck(
            load, subject.workers, server_share or 0.0, generator_share or 0.0, database_share, dropped
        ),
        latencies=dict(latencies),
    )


_SHARES = ("server_cpu", "generator_cpu", "database_cpu", "intruder_cpu")


def _share(spent: Sequence[tuple[float | None, float]]) -> float | None:
    """Median share of one CPU, None where nothing was measured."""
    shares = [cpu / seconds for cpu, seconds in spent if cpu is not None]
    return median(shares) if shares else None


def _cost(cells: Sequence[Cell], spent: Sequence[float]) -> float:
    """Microseconds per request."""
    requests = sum(cell.requests for cell in cells)
    return sum(spent) / requests * 1e6 if requests else math.nan
