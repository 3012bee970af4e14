"""The arrivals per second of open load that is given as a share of the capacity."""

from collections.abc import Sequence

from benchmarks.cells import Cell, Load
from benchmarks.settings import Subject

# Arrivals per second at least, if closed load had no response.
MIN_RATE = 0.1


def arrival_rate(
    load: Load, scenario: str, cells: Sequence[tuple[Subject, Cell]], open_rates: dict[str, dict[str, float]]
) -> float | None:
    """Return the arrivals per second of open load in a scenario, None under closed load.

    `open_rates` are those of the part. If the rate of a share is missing, it is computed from `cells`, the scenario's
    cells so far with their subjects, and added. Raises ValueError if there are no cells of closed load.
    """
    if load.share is None:
        return load.rate
    rates = open_rates.setdefault(scenario, {})
    name = str(load)
    if name not in rates:
        rates[name] = rate_of_share(load.share, cells)
    return rates[name]


def rate_of_share(share: float, cells: Sequence[tuple[Subject, Cell]]) -> float:
    """Return this share of the capacity of the slowest subject in arrivals per second, with three significant digits.

    `cells` are those of one scenario, with their subjects. The capacity of a subject is its highest number of requests
    per second under closed load. Raises ValueError if there are no cells of closed load.
    """
    totals: dict[tuple[Subject, Load], tuple[float, float]] = {}
    for subject, cell in cells:
        if not cell.load.is_open:
            requests, seconds = totals.get((subject, cell.load), (0.0, 0.0))
            totals[subject, cell.load] = requests + cell.requests, seconds + cell.seconds
    capacities: dict[Subject, float] = {}
    for (subject, _), (requests, seconds) in totals.items():
        capacities[subject] = max(capacities.get(subject, 0.0), requests / seconds)
    if not capacities:
        raise ValueError("a share of the capacity requires a measurement under closed load before it")
    return max(MIN_RATE, float(f"{share * min(capacities.values()):.3g}"))
