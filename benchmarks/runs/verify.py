"""Verifies a part before it is measured: records the expected responses and counts SQL statements per request."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count

from benchmarks.results import Part
from benchmarks.runs.bench import AccessTokens, Bench
from benchmarks.runs.parallel import entered_together
from benchmarks.runs.rounds import require_running
from benchmarks.scenarios.dialects import dialect_of
from benchmarks.scenarios.exchanges import Plan
from benchmarks.settings import Variant
from benchmarks.verification.client import Client, client
from benchmarks.verification.responses import Journeys, record_expected
from harness.wire.protocol import StatementLog
from harness.wire.proxy import record_statements

# The number of requests of each scenario that are sent once more to count their statements, and the first of their
# serial numbers, which must not have been used before.
COUNTED_REQUESTS, FIRST_SERIAL = 24, 900_000_000


@dataclass(frozen=True)
class Verified:
    """The results of the verification so far. A later part with the same variants and workloads reuses them.

    `journeys` are by workload, `statements` per request by variant and workload.
    """

    journeys: dict[str, Journeys] = field(default_factory=dict)
    statements: dict[tuple[str, str], float] = field(default_factory=dict)

    def has(self, variants: Sequence[str], workloads: Sequence[str]) -> bool:
        """Return whether all variants were verified on all workloads."""
        return all((variant, workload) in self.statements for variant in variants for workload in workloads)


def verify_part(bench: Bench, part: Part, verified: Verified, *, compare_headers: bool = True) -> Plan:
    """Verify a part on all its sizes and return the plan of its measurement.

    Sets `gate` and `statements` of the part, and adds to `verified`.
    """
    plan = Plan()
    settings = bench.settings
    dialects = _by_dialect(settings.variants)
    for size in settings.sizes:
        workloads = {name: [Plan.key(scenario, size, name) for scenario in settings.scenarios] for name in dialects}
        unverified = [variants for name, variants in dialects.items() if not verified.has(variants, workloads[name])]
        # Variants of different dialects are not compared with each other.
        with ThreadPoolExecutor(len(dialects)) as pool:
            verify = partial(_verify, bench, part, size, verified=verified, compare_headers=compare_headers)
            list(pool.map(verify, unverified))
        for name in dialects:
            for scenario, workload in zip(settings.scenarios, workloads[name], strict=True):
                if scenario not in part.gate:
                    plan.add(workload, verified.journeys[workload])
    for scenario in part.gate:
        plan.remove(scenario)
    first = settings.sizes[0]
    part.statements = {
        variant: {
            scenario: verified.statements[variant, Plan.key(scenario, first, dialect_of(variant).name)]
            for scenario in plan.scenarios(first)
        }
        for variant in settings.variants
    }
    return plan


def _by_dialect(variants: Sequence[Variant]) -> dict[str, list[Variant]]:
    groups: dict[str, list[Variant]] = {}
    for variant in variants:
        groups.setdefault(dialect_of(variant).name, []).append(variant)
    return groups


def _verify(
    bench: Bench, part: Part, size: int, variants: Sequence[Variant], verified: Verified, *, compare_headers: bool
) -> None:
    """Verify variants that have one dialect. The measurement uses the same access tokens."""
    dialect = dialect_of(variants[0])
    starting = [_observed(bench, variant, size) for variant in variants]
    with entered_together(starting, at_once=bench.processors) as observed:
        clients = {variant: http_client for variant, (http_client, _) in zip(variants, observed, strict=True)}
        began = time.monotonic()
        sample, scenarios = bench.samples[size], bench.settings.scenarios
        recorded, problems = record_expected(sample, scenarios, clients, compare_headers=compare_headers)
        if problems:
            bench.dependencies.check()
        part.gate.update(problems)
        serials = count(FIRST_SERIAL)
        for scenario, journeys in recorded.items():
            workload = Plan.key(scenario, size, dialect.name)
            verified.journeys[workload] = journeys
            with ThreadPoolExecutor(len(variants)) as pool:
                counts = pool.map(partial(_statements_per_request, journeys, serials), observed)
            verified.statements.update(
                ((name, workload), number) for name, number in zip(variants, counts, strict=True)
            )
        for variant, http_client in clients.items():
            bench.tokens[variant, size] = AccessTokens(http_client.tokens, began)


@contextmanager
def _observed(bench: Bench, variant: Variant, size: int) -> Iterator[tuple[Client, StatementLog]]:
    """Start the server of a variant. Yield a client of it, and the log of its statements.

    It has its own database, so that idempotency keys and slugs are unused for each variant.
    """
    subject = replace(bench.settings.first_subject(variant), size=size)
    with (
        bench.data(size) as url,
        record_statements(url) as (observed_url, journal),
        bench.running(subject, observed_url, bench.pinnings[subject.workers].all) as implementation,
        client(implementation.port, dialect_of(variant)) as http_client,
    ):
        try:
            yield http_client, journal
        finally:
            require_running(implementation, during="verification")


def _statements_per_request(journeys: Journeys, serials: Iterator[int], observed: tuple[Client, StatementLog]) -> float:
    """Send requests and return the statements per request, including those that begin or end a transaction."""
    http_client, journal = observed
    exchanges = [exchange for journey in journeys for exchange in journey][:COUNTED_REQUESTS]
    journal.clear()
    for exchange in exchanges:
        http_client.send(exchange.request, f"{next(serials):09d}")
    return round(len(journal.statements) / len(exchanges), 2)
