"""From the raw results of a part to the rows of its tables."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.bottlenecks import bottleneck
from benchmarks.cells import Cell, Load
from benchmarks.results import Leg, Part, Results
from benchmarks.settings import Subject
from benchmarks.statistics import (
    Interval,
    Verdict,
    furthest_from_one,
    median_of_ratios,
    noise_band,
    percentile,
    verdict,
)

type Measure = Callable[[Sequence[Cell]], float]


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


@dataclass(frozen=True)
class Contrast:
    """One measure of a subject over that of its baseline. `control` is that of both A/A ratios that is further from 1.

    `band` is a factor: a ratio between 1/band and band is what this machine's noise makes of no difference at all.
    Both are None where subjects have one turn in a round, and so no A/A control.
    """

    ratio: Interval
    control: float | None
    band: float | None
    verdict: Verdict


@dataclass(frozen=True)
class Comparison:
    """A subject over its baseline, in a scenario under a load: requests per second, and server CPU per request."""

    scenario: str
    load: Load
    subject: Subject
    baseline: Subject
    rate: Contrast
    cpu: Contrast


@dataclass(frozen=True)
class Control:
    """The A/A control of a scenario under a load: each subject's first turn over its second, rate and server CPU."""

    scenario: str
    load: Load
    subject: Subject
    rate: Interval
    cpu: Interval


@dataclass(frozen=True)
class Summary:
    """A part's tables. `invalid` says why rows of a scenario do not count, `rejected` why their rates do not."""

    part: str
    rounds: int
    rows: list[Row] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    invalid: dict[str, list[str]] = field(default_factory=dict)
    rejected: dict[tuple[str, Load, Subject], str] = field(default_factory=dict)

    def row(self, scenario: str, load: Load, subject: Subject) -> Row | None:
        """The row of a scenario under a load on a subject, where it was measured."""
        wanted = (scenario, load, subject)
        return next((row for row in self.rows if (row.scenario, row.load, row.subject) == wanted), None)


def per_second(cells: Sequence[Cell]) -> float:
    """Answers in a second."""
    return sum(cell.requests for cell in cells) / sum(cell.seconds for cell in cells)


def server_cpu(cells: Sequence[Cell]) -> float:
    """Microseconds of the server's CPU for one request."""
    return _cost(cells, [cell.server_cpu for cell in cells])


# For parts whose subjects have one turn in a round, and so no A/A control: what a quiet machine's comes to.
BAND_WITHOUT_CONTROL = 1.02
MEASURES: tuple[Measure, Measure] = (per_second, server_cpu)


def summaries(results: Results) -> list[Summary]:
    """Return a summary for each part of a run."""
    ceilings = [session["generator"]["per_second"] for session in results.sessions if session.get("generator")]
    return [summarise(part, ceiling=min(ceilings, default=None)) for part in results.parts]


def summarise(part: Part, *, ceiling: float | None = None) -> Summary:
    """Rows and comparisons of the rounds that are finished; `ceiling` is the generator's own requests per second."""
    legs = part.finished_legs()
    summary = Summary(part.name, rounds=len(part.finished_rounds()))
    for scenario in part.settings.scenarios:
        if problem := part.gate.get(scenario):
            summary.invalid[scenario] = [f"the gate: {problem}"]
        elif legs:
            for load in dict.fromkeys(part.settings.loads):
                _add(summary, part, scenario, load, legs, ceiling)
    return summary


def _add(summary: Summary, part: Part, scenario: str, load: Load, legs: Sequence[Leg], ceiling: float | None) -> None:
    found = {subject: _by_round(legs, subject, scenario, load) for subject in part.settings.subjects}
    if problems := [why for leg in legs if (why := _why(leg, scenario, load))]:
        summary.invalid.setdefault(scenario, []).extend(problems)
    there = {subject: rounds for subject, rounds in found.items() if any(_flat(rounds))}
    for subject, rounds in there.items():
        row = _row(part, scenario, load, subject, rounds, legs)
        summary.rows.append(row)
        if ceiling is not None and not load.is_open and row.per_second > ceiling / 2:
            summary.rejected[scenario, load, subject] = (
                f"{row.per_second:,.0f} requests/s are more than half of what the generator can do ({ceiling:,.0f})"
            )
    whole = {subject: rounds for subject, rounds in there.items() if _is_whole(rounds)}
    controls = {subject: _control(summary, scenario, load, subject, rounds) for subject, rounds in whole.items()}
    for subject, rounds in whole.items():
        baseline = part.settings.baseline(subject)
        if subject != baseline and baseline in whole and len(rounds) == len(whole[baseline]):
            pair = [controls[each] for each in (subject, baseline)]
            rate, cpu = (
                _contrast(rounds, whole[baseline], measure, [each[place] for each in pair if each], summary.rounds)
                for place, measure in enumerate(MEASURES)
            )
            summary.comparisons.append(Comparison(scenario, load, subject, baseline, rate, cpu))


def _row(
    part: Part, scenario: str, load: Load, subject: Subject, rounds: Sequence[Sequence[Cell]], legs: Sequence[Leg]
) -> Row:
    cells = _flat(rounds)
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
        cold_start=median(leg.cold_start for leg in legs if leg.subject == subject),
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
    """Microseconds for one request."""
    requests = sum(cell.requests for cell in cells)
    return sum(spent) / requests * 1e6 if requests else math.nan


def _by_round(legs: Sequence[Leg], subject: Subject, scenario: str, load: Load) -> list[list[Cell]]:
    """A subject's cells of each round, in the order in which they were measured."""
    rounds: dict[int, list[Cell]] = {}
    for leg in sorted(legs, key=lambda leg: (leg.round, leg.position)):
        if leg.subject == subject:
            cells = [cell for cell in leg.cells if cell.scenario == scenario and cell.load == load]
            rounds.setdefault(leg.round, []).extend(cells)
    return [cells for cells in rounds.values() if cells]


def _is_whole(rounds: Sequence[Sequence[Cell]]) -> bool:
    return all(cell.requests for cell in _flat(rounds))


def _contrast(
    one: Sequence[Sequence[Cell]],
    other: Sequence[Sequence[Cell]],
    measure: Measure,
    controls: Sequence[Interval],
    rounds: int,
) -> Contrast:
    ratio = median_of_ratios([(measure(a), measure(b)) for a, b in zip(one, other, strict=True)])
    band = noise_band(controls) if controls else None
    control = furthest_from_one(controls)
    return Contrast(
        ratio,
        None if control is None else control.estimate,
        band,
        verdict(ratio, BAND_WITHOUT_CONTROL if band is None else band, rounds),
    )


def _control(
    summary: Summary, scenario: str, load: Load, subject: Subject, rounds: Sequence[Sequence[Cell]]
) -> tuple[Interval, Interval] | None:
    """One turn of a subject over its other turn in the same round; which is on top alternates: drift cancels."""
    if any(len(cells) != 2 for cells in rounds):
        return None
    turns = [cells if number % 2 else cells[::-1] for number, cells in enumerate(rounds)]
    rate, cpu = (
        median_of_ratios([(measure(cells[:1]), measure(cells[1:])) for cells in turns]) for measure in MEASURES
    )
    summary.controls.append(Control(scenario, load, subject, rate, cpu))
    return rate, cpu


def _flat(rounds: Sequence[Sequence[Cell]]) -> list[Cell]:
    return [cell for cells in rounds for cell in cells]


def _why(leg: Leg, scenario: str, load: Load) -> str | None:
    """What went wrong with the scenario in this leg."""
    for cell in leg.cells:
        if (cell.scenario, cell.load) == (scenario, load) and cell.errors:
            example = cell.examples[0] if cell.examples else "none kept"
            return f"{leg.subject.variant}: {cell.errors} wrong answers, such as {example}"
    return None
