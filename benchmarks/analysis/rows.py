"""Computes the rows of a part's table from its raw cells."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from benchmarks.analysis.bottlenecks import Shares, bottleneck
from benchmarks.analysis.latencies import latencies_of
from benchmarks.cells import Cell, Load
from benchmarks.results import Cpus, Part, Run
from benchmarks.settings import Subject

# Cells by round and run: a run has several cells of a scenario if the part measures a load several times.
type Rounds = Sequence[Sequence[Sequence[Cell]]]


@dataclass(frozen=True)
class Row:
    """The figures of a scenario under a load on a subject.

    `p50`, `p95` and `p99` are in milliseconds. Requests without a response in time count as slower than all others: a
    percentile among them is infinite. `server_cpu`, `database_cpu` and `generator_cpu` are microseconds per
    request. The `..._share` fields are shares of one CPU; `intruder_share` is that of other programs on the server's
    CPUs. `peak_rss` is in bytes and includes all processes of the server. `latencies` maps microseconds to the number
    of requests. `dropped` is the share of them that had no response in time, `late` the share of arrivals of open load
    that were sent late.

    `ceiling` is the rate at which the generator needs a whole CPU: at its cost of a request in this row, or in the
    scenario's replay if that is higher. `concurrency` is, in the stretch of closed
    load, the rate times the mean latency divided by the number of users: 1 if all users always wait for a response.
    `rate` is the arrivals per second of open load. `pss_per_worker` is in bytes.
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
    pss_per_worker: float | None
    server_share: float
    generator_share: float
    database_share: float | None
    intruder_share: float | None
    bottleneck: str
    latencies: dict[int, int]
    ceiling: float | None
    concurrency: float | None
    rate: float | None


def per_second(cells: Sequence[Cell]) -> float:
    """Return the number of responses per second."""
    return sum(cell.requests for cell in cells) / sum(cell.seconds for cell in cells)


def server_cpu(cells: Sequence[Cell]) -> float:
    """Return the microseconds of server CPU per request."""
    return _cost(cells, [cell.server_cpu for cell in cells])


def by_round(runs: Sequence[Run], subject: Subject, scenario: str, load: Load) -> Rounds:
    """Return the cells of a subject by round and run, in the order in which they were measured."""
    rounds: dict[int, list[list[Cell]]] = {}
    for run in sorted(runs, key=lambda run: (run.round, run.position)):
        if run.subject == subject:
            cells = [cell for cell in run.cells if cell.scenario == scenario and cell.load == load]
            rounds.setdefault(run.round, []).extend([cells] * bool(cells))
    return [measured for measured in rounds.values() if measured]


def flatten(rounds: Rounds) -> list[Cell]:
    """Return the cells of all rounds."""
    return [cell for runs in rounds for cells in runs for cell in cells]


def row(part: Part, scenario: str, load: Load, subject: Subject, measured: Rounds) -> Row:
    """Compute the row of a scenario under a load on a subject. `measured` has its cells."""
    cells = flatten(measured)
    rounds = [[cell for run in each for cell in run] for each in measured]
    latencies = latencies_of(cells)
    requests = sum(number for cell in cells for number in cell.latencies.values())
    shares = [_share([(getattr(cell, name), cell.seconds) for cell in cells]) for name in _SHARES]
    server_share, generator_share, database_share, intruder_share = shares
    with_responses = [each for each in rounds if any(cell.requests for cell in each)]
    database_costs = [
        _cost(each, [cell.database_cpu for cell in each if cell.database_cpu is not None]) for each in with_responses
    ]
    generator_costs = [_cost(each, [cell.generator_cpu for cell in each]) for each in with_responses]
    dropped = latencies.dropped / requests if requests else 0.0
    return Row(
        scenario=scenario,
        load=load,
        subject=subject,
        per_second=median(map(per_second, rounds)),
        p50=latencies.percentile(0.50) / 1000,
        p95=latencies.percentile(0.95) / 1000,
        p99=latencies.percentile(0.99) / 1000,
        errors=sum(cell.errors for cell in cells),
        late=sum(cell.late for cell in cells) / requests if requests else 0.0,
        dropped=dropped,
        server_cpu=median(map(server_cpu, with_responses)) if with_responses else math.nan,
        database_cpu=median(database_costs) if database_costs and database_share is not None else None,
        generator_cpu=median(generator_costs) if generator_costs else math.nan,
        statements=part.statements.get(subject.variant, {}).get(scenario),
        peak_rss=median(cell.peak_rss for cell in cells),
        pss_per_worker=_pss_per_worker(cells),
        server_share=server_share or 0.0,
        generator_share=generator_share or 0.0,
        database_share=database_share,
        intruder_share=intruder_share,
        bottleneck=bottleneck(
            load,
            subject.workers,
            part.cpus.get(subject.workers, Cpus(server=subject.workers, others=1)),
            Shares(server_share or 0.0, generator_share or 0.0, database_share or 0.0),
            dropped,
        ),
        latencies=dict(sum((Counter(cell.latencies) for cell in cells), Counter[int]())),
        ceiling=_ceiling(part.ceilings.get(scenario), generator_costs),
        concurrency=_mean([cell.concurrency for cell in cells]),
        rate=_mean([cell.rate for cell in cells]),
    )


def _pss_per_worker(cells: Sequence[Cell]) -> float | None:
    sizes = [cell.pss / cell.workers for cell in cells if cell.pss is not None]
    return median(sizes) if sizes else None


_SHARES = ("server_cpu", "generator_cpu", "database_cpu", "intruder_cpu")


def _share(times: Sequence[tuple[float | None, float]]) -> float | None:
    """Return the median share of one CPU from pairs of CPU time and duration, None if no CPU time is known."""
    shares = [cpu / seconds for cpu, seconds in times if cpu is not None]
    return median(shares) if shares else None


def _ceiling(replayed: float | None, generator_costs: Sequence[float]) -> float | None:
    # Beside a real server and PostgreSQL a request costs the generator more than in a replay: it wakes up for each
    # response, and its caches are cold.
    ceilings = [] if replayed is None else [replayed]
    ceilings += [1e6 / median(generator_costs)] if generator_costs and median(generator_costs) > 0 else []
    return min(ceilings, default=None)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _cost(cells: Sequence[Cell], cpu_seconds: Sequence[float]) -> float:
    """Return the microseconds per request."""
    requests = sum(cell.requests for cell in cells)
    return sum(cpu_seconds) / requests * 1e6 if requests else math.nan
