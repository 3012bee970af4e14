"""Measure the database work of each request, for each implementation."""

from rich.progress import Progress

from harness.postgres.server import Server
from tests.same_work.measurement import IMPLEMENTATIONS, read_entries
from tests.same_work.recorded_implementation import serve_recorded


def measure_costs(server: Server, progress: Progress) -> dict[str, dict[str, list[int]]]:
    """Return three numbers for each request and implementation.

    They are: queries, statements that begin or end a transaction, and round trips.
    """
    entries = read_entries()
    found: dict[str, dict[str, list[int]]] = {entry.name: {} for entry in entries}
    for name in IMPLEMENTATIONS:
        task = progress.add_task(f"statements: {name}", total=len(entries))
        with serve_recorded(name, server) as implementation:
            for entry in entries:
                cost, _ = implementation.cost(entry)
                found[entry.name][name] = [cost.queries, cost.transaction, cost.round_trips]
                progress.advance(task)
    return found
