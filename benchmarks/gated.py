"""The gate of a part: what every work of its plan must be answered with, and what each request asks of the database."""

from collections.abc import Mapping
from contextlib import ExitStack

from benchmarks.client import Client, client
from benchmarks.exchanges import Plan
from benchmarks.gate import Journeys, learn
from benchmarks.results import Part
from benchmarks.rounds import Bench, require_running
from benchmarks.settings import Subject
from harness.wire.protocol import Journal
from harness.wire.proxy import noted

# Requests of each scenario that are asked once more to count their statements.
COUNTED = 24
# Their serial numbers, which nothing has had before.
ASKED_AGAIN = 900_000_000


def pass_gate(bench: Bench, part: Part, *, compare_headers: bool = True) -> Plan:
    """Return the plan of all sizes; the part learns which scenarios the gate refuses, and what statements cost."""
    plan = Plan()
    for size in bench.settings.sizes:
        for scenario, journeys in _learnt(bench, part, size, compare_headers=compare_headers).items():
            plan.add(Plan.key(scenario, size), journeys)
    for scenario in part.gate:
        plan.remove(scenario)
    return plan


def _learnt(bench: Bench, part: Part, size: int, *, compare_headers: bool) -> dict[str, Journeys]:
    clients: dict[str, Client] = {}
    journals: dict[str, Journal] = {}
    with ExitStack() as stack:
        for variant in bench.settings.variants:
            # A database of its own: another one's orders would be replayed, and its slugs be taken.
            url, journals[variant] = stack.enter_context(noted(stack.enter_context(bench.data(size))))
            wing = stack.enter_context(bench.running(Subject(variant, bench.settings.workers[0], size), url))
            stack.callback(require_running, wing, during="the gate")
            clients[variant] = stack.enter_context(client(wing.port))
        material, scenarios = bench.materials[size], bench.settings.scenarios
        learnt, problems = learn(material, scenarios, clients, compare_headers=compare_headers)
        part.gate |= problems
        if size == bench.settings.sizes[0]:
            part.statements = {name: _statements(learnt, clients[name], journals[name]) for name in clients}
    return learnt


def _statements(learnt: Mapping[str, Journeys], asking: Client, journal: Journal) -> dict[str, float]:
    """Return the statements of a request, by scenario; those that begin or end a transaction count."""
    found = {}
    for scenario, journeys in learnt.items():
        exchanges = [exchange for journey in journeys for exchange in journey][:COUNTED]
        journal.clear()
        for number, exchange in enumerate(exchanges):
            asking.ask(exchange.request, f"{ASKED_AGAIN + number:09d}")
        found[scenario] = round(len(journal.statements) / len(exchanges), 2)
    return found
