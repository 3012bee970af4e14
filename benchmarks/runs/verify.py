"""Verifies a part before it is measured: records expected responses and counts SQL statements per request."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count

from benchmarks.results import Part
from benchmarks.runs.rounds import Bench, require_running
from benchmarks.scenarios.exchanges import Plan
from benchmarks.settings import Subject
from benchmarks.verification.client import Client, client
from benchmarks.verification.responses import Journeys, record_expected
from harness.wire.protocol import Journal
from harness.wire.proxy import noted

# Requests of each scenario that are asked once more to count their statements.
COUNTED = 24
# From here on their serial numbers, which nothing has had before.
ASKED_AGAIN = 900_000_000


@dataclass(frozen=True)
class Verified:
    """What was verified so far: exchanges by work, and statements per request by variant and work.

    A later part with the same variants and works is not verified again.
    """

    answers: dict[str, Journeys] = field(default_factory=dict)
    statements: dict[tuple[str, str], float] = field(default_factory=dict)

    def has(self, variants: Sequence[str], works: Sequence[str]) -> bool:
        """Whether all these variants were verified on all these works."""
        return all((variant, work) in self.statements for variant in variants for work in works)


def verify_part(bench: Bench, part: Part, passed: Verified, *, compare_headers: bool = True) -> Plan:
    """Return the plan of all sizes; sets the part's failed scenarios (`gate`) and `statements`."""
    plan = Plan()
    settings = bench.settings
    for size in settings.sizes:
        works = {scenario: Plan.key(scenario, size) for scenario in settings.scenarios}
        if not passed.has(settings.variants, [*works.values()]):
            _ask(bench, part, size, passed, compare_headers=compare_headers)
        for scenario in settings.scenarios:
            if scenario not in part.gate:
                plan.add(works[scenario], passed.answers[works[scenario]])
    for scenario in part.gate:
        plan.remove(scenario)
    first = settings.sizes[0]
    part.statements = {
        variant: {scenario: passed.statements[variant, Plan.key(scenario, first)] for scenario in plan.scenarios(first)}
        for variant in settings.variants
    }
    return plan


def _ask(bench: Bench, part: Part, size: int, passed: Verified, *, compare_headers: bool) -> None:
    clients: dict[str, Client] = {}
    journals: dict[str, Journal] = {}
    with ExitStack() as stack:
        for variant in bench.settings.variants:
            # A database for each variant: otherwise orders would be replayed and slugs taken.
            url, journals[variant] = stack.enter_context(noted(stack.enter_context(bench.data(size))))
            implementation = stack.enter_context(bench.running(Subject(variant, bench.settings.workers[0], size), url))
            stack.callback(require_running, implementation, during="the verification")
            clients[variant] = stack.enter_context(client(implementation.port))
        sample, scenarios = bench.samples[size], bench.settings.scenarios
        learnt, problems = record_expected(sample, scenarios, clients, compare_headers=compare_headers)
        part.gate |= problems
        serials = count(ASKED_AGAIN)
        for scenario, journeys in learnt.items():
            work = Plan.key(scenario, size)
            passed.answers[work] = journeys
            for name, asking in clients.items():
                passed.statements[name, work] = _statements(journeys, asking, journals[name], serials)


def _statements(journeys: Journeys, asking: Client, journal: Journal, serials: Iterator[int]) -> float:
    """Return the statements per request, including those that begin or end a transaction."""
    exchanges = [exchange for journey in journeys for exchange in journey][:COUNTED]
    journal.clear()
    for exchange in exchanges:
        asking.ask(exchange.request, f"{next(serials):09d}")
    return round(len(journal.statements) / len(exchanges), 2)
