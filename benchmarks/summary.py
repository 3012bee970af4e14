"""From raw results to the rows of the table."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.cells import Cell
from benchmarks.results import Leg, Results
from benchmarks.settings import Variant
from benchmarks.statistics import Interval, Verdict, noise_band, percentile, ratio_of_medians, verdict

type Measure = Callable[[Sequence[Cell]], float]


@dataclass(frozen=True)
class Row:
    """A scenario on a variant. Latencies in ms, CPU in us per request, shares of one CPU, memory in bytes."""

    scenario: str
    variant: Variant
    per_second: float
    p50: float
    p95: float
    p99: float
    errors: int
    server_cpu: float
    peak_rss: float
    server_share: float
    generator_share: float
    database_share: float | None
    intruder_share: float | None


@dataclass(frozen=True)
class Comparison:
    """A variant over the first one, in a scenario: requests per second, and server CPU per request.

    Bands are factors: a ratio between 1/band and band is what this machine's noise makes of no difference at all.
    """

    scenario: str
    variant: Variant
    baseline: Variant
    rate: Interval
    rate_band: float
    rate_verdict: Verdict
    cpu: Interval
    cpu_band: float
    cpu_verdict: Verdict


@dataclass(frozen=True)
class Summary:
    """The table. `controls` are the A/A bands of each scenario; `invalid` says why a scenario's rows do not count."""

    rounds: int
    rows: list[Row] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    controls: dict[str, float] = field(default_factory=dict)
    invalid: dict[str, list[str]] = field(default_factory=dict)


def per_second(cells: Sequence[Cell]) -> float:
    return sum(cell.requests for cell in cells) / sum(cell.seconds for cell in cells)


def server_cpu(cells: Sequence[Cell]) -> float:
    """Microseconds of the server's CPU for one request."""
    requests = sum(cell.requests for cell in cells)
    return sum(cell.server_cpu for cell in cells) / requests * 1e6 if requests else math.nan


def summarise(results: Results) -> Summary:
    """Rows and comparisons of the rounds that are finished."""
    legs = results.finished_legs()
    summary = Summary(rounds=len(results.finished_rounds()))
    for scenario in results.settings.scenarios:
        if problem := results.gate.get(scenario):
            summary.invalid[scenario] = [f"the gate: {problem}"]
        elif legs:
            _add(summary, results.settings.variants, scenario, legs)
    return summary


def _add(summary: Summary, variants: Sequence[Variant], scenario: str, legs: Sequence[Leg]) -> None:
    found = {variant: _by_round(legs, variant, scenario) for variant in variants}
    summary.rows.extend(_row(scenario, variant, found[variant]) for variant in variants)
    if problems := [_why(variant, cell) for variant in variants for cell in _flat(found[variant]) if cell.errors]:
        summary.invalid[scenario] = problems
    measures: tuple[Measure, Measure] = (per_second, server_cpu)
    bands = [noise_band([_control(found[variant], measure) for variant in variants]) for measure in measures]
    summary.controls[scenario] = bands[0]
    if any(not cell.requests for variant in variants for cell in _flat(found[variant])):
        return
    for variant in variants[1:]:
        ratios = [_ratio(found[variant], found[variants[0]], measure) for measure in measures]
        verdicts = [verdict(ratio, band, summary.rounds) for ratio, band in zip(ratios, bands, strict=True)]
        summary.comparisons.append(
            Comparison(
                scenario, variant, variants[0], ratios[0], bands[0], verdicts[0], ratios[1], bands[1], verdicts[1]
            )
        )


def _row(scenario: str, variant: Variant, rounds: Sequence[Sequence[Cell]]) -> Row:
    cells = _flat(rounds)
    latencies = sum((Counter(cell.latencies) for cell in cells), Counter[int]())
    return Row(
        scenario=scenario,
        variant=variant,
        per_second=median(map(per_second, rounds)),
        p50=percentile(latencies, 0.50) / 1000,
        p95=percentile(latencies, 0.95) / 1000,
        p99=percentile(latencies, 0.99) / 1000,
        errors=sum(cell.errors for cell in cells),
        server_cpu=median(map(server_cpu, rounds)),
        peak_rss=median(cell.peak_rss for cell in cells),
        server_share=median(cell.server_cpu / cell.seconds for cell in cells),
        generator_share=median(cell.generator_cpu / cell.seconds for cell in cells),
        database_share=_share([(cell.database_cpu, cell.seconds) for cell in cells]),
        intruder_share=_share([(cell.intruder_cpu, cell.seconds) for cell in cells]),
    )


def _share(spent: Sequence[tuple[float | None, float]]) -> float | None:
    """Median share of one CPU, None where nothing was measured."""
    shares = [cpu / seconds for cpu, seconds in spent if cpu is not None]
    return median(shares) if shares else None


def _by_round(legs: Sequence[Leg], variant: Variant, scenario: str) -> list[list[Cell]]:
    """A variant's two cells of each round, in the order in which they were measured."""
    rounds: dict[int, list[Cell]] = {}
    for leg in sorted(legs, key=lambda leg: (leg.round, leg.position)):
        if leg.variant == variant:
            rounds.setdefault(leg.round, []).extend(cell for cell in leg.cells if cell.scenario == scenario)
    return list(rounds.values())


def _ratio(one: Sequence[Sequence[Cell]], other: Sequence[Sequence[Cell]], measure: Measure) -> Interval:
    return ratio_of_medians([(measure(a), measure(b)) for a, b in zip(one, other, strict=True)])


def _control(rounds: Sequence[Sequence[Cell]], measure: Measure) -> Interval:
    """One turn of a variant over its other turn in the same round; which is on top alternates: drift cancels."""
    turns = [cells if number % 2 else cells[::-1] for number, cells in enumerate(rounds)]
    return ratio_of_medians([(measure(cells[:1]), measure(cells[1:])) for cells in turns])


def _flat(rounds: Sequence[Sequence[Cell]]) -> list[Cell]:
    return [cell for cells in rounds for cell in cells]


def _why(variant: Variant, cell: Cell) -> str:
    return f"{variant}: {cell.errors} wrong answers, such as {cell.examples[0] if cell.examples else 'none kept'}"
