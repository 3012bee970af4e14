"""Factories of cells and results for tests of the analysis."""

from benchmarks.cells import Cell, Load
from benchmarks.results import Part, Results, Run
from benchmarks.settings import Settings


def cell(scenario: str, rate: float = 1000.0, *, latency: int = 5_000, errors: int = 0, cpu: float = 0.9) -> Cell:
    """Return a cell of two seconds. `rate` is in requests per second, `cpu` the server's share of one CPU."""
    return Cell(
        scenario=scenario,
        load=Load(users=8),
        requests=rate * 2,
        seconds=2.0,
        latencies={latency: round(rate * 2)},
        errors=errors,
        examples=["GET /a|b: 500, not the expected response"] * bool(errors),
        server_cpu=cpu * 2,
        generator_cpu=0.4,
        database_cpu=0.6,
        intruder_cpu=0.0,
        peak_rss=80_000_000,
    )


def made_results(
    rates: dict[str, float], *, rounds: int = 5, of: int | None = None, wrong: tuple[str, ...] = ()
) -> Results:
    """Return a run of product_detail.

    The turns differ from `rates` by up to 1%. Variants in `wrong` return wrong responses in round 2. `rounds` of `of`
    rounds are finished.
    """
    settings = Settings(variants=("django", "fastapi"), scenarios=("product_detail",), rounds=of or rounds)
    part = Part("main", settings, budget=["equal for all variants"])
    for number in range(1, rounds + 1):
        for position, subject in enumerate(settings.order(number), 1):
            noise = 1 + 0.01 * ((number * 7 + position * 3) % 5 - 2) / 2
            errors = 3 if subject.variant in wrong and number == 2 else 0
            measured = cell("product_detail", rates[subject.variant] * noise, errors=errors)
            part.runs.append(Run(number, position, subject, [measured]))
    return Results([part], command="make bench", sessions=[{"date": "now", "commit": "abc", "cpu": "X"}])
