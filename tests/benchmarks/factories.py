"""Factories of cells and results, for tests of the analysis."""

from benchmarks.cells import Cell, Load
from benchmarks.results import Part, Results, Run
from benchmarks.settings import Settings


def cell(scenario: str, rate: float = 1000.0, *, latency: int = 5_000, errors: int = 0, cpu: float = 0.9) -> Cell:
    """A window of two seconds at so many requests each second; CPU is the server's share of one."""
    return Cell(
        scenario=scenario,
        load=Load(users=8),
        requests=rate * 2,
        seconds=2.0,
        latencies={latency: round(rate * 2)},
        errors=errors,
        examples=["GET /a|b: 500, not as learnt"] * bool(errors),
        server_cpu=cpu * 2,
        generator_cpu=0.4,
        database_cpu=0.6,
        intruder_cpu=0.0,
        peak_rss=80_000_000,
    )


def made_results(
    rates: dict[str, float], *, rounds: int = 5, of: int | None = None, wrong: tuple[str, ...] = ()
) -> Results:
    """A run of product_detail; turns differ from the rates by up to 1%, `wrong` variants answer wrongly in round 2."""
    settings = Settings(variants=("django", "fastapi"), scenarios=("product_detail",), rounds=of or rounds)
    part = Part("main", settings, budget=["the same for all"])
    for number in range(1, rounds + 1):
        for position, subject in enumerate(settings.order(number), 1):
            noise = 1 + 0.01 * ((number * 7 + position * 3) % 5 - 2) / 2
            errors = 3 if subject.variant in wrong and number == 2 else 0
            measured = cell("product_detail", rates[subject.variant] * noise, errors=errors)
            part.runs.append(Run(number, position, subject, [measured], 0.5))
    return Results([part], command="make it again", sessions=[{"date": "now", "commit": "abc", "cpu": "X"}])
