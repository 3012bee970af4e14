"""A whole run: set up, gate, rounds. Results are on the disk after each leg."""

import secrets
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks import notes
from benchmarks.client import Client, client
from benchmarks.exchanges import Plan
from benchmarks.gate import learn
from benchmarks.load import Generator, generator
from benchmarks.processors import pinned, shared_out
from benchmarks.progress import Watch
from benchmarks.provenance import provenance
from benchmarks.results import Leg, Results
from benchmarks.rounds import Bench, require_running, run_leg
from benchmarks.scenarios.material import Material, draw
from benchmarks.settings import Settings
from harness.databases import database
from harness.postgres import Server, postgres


def run(results: Results, directory: Path, watch: Watch) -> None:
    """Measure the rounds that the results still lack.

    Raises PostgresUnavailable, ServerFailed, GeneratorFailed, SignInFailed, LookupError, OSError; what is finished is
    kept.
    """
    settings = results.settings
    pinning = shared_out(settings.workers)
    watch.stage("starting PostgreSQL")
    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        results.legs = results.finished_legs()
        results.sessions.append(provenance(settings, server))
        postgres_is_pinned = stack.enter_context(pinned(server, pinning.others))
        results.budget = notes.budget(settings, pinning, postgres_is_pinned=postgres_is_pinned)
        bench = Bench(settings, server, pinning, secrets.token_urlsafe(48))
        watch.stage(f"making {settings.size:,} products")
        material = _material(settings, server)
        watch.stage("the gate: do all variants answer alike?")
        plan, results.gate = _gate(bench, material)
        results.save(directory)
        with tempfile.TemporaryDirectory() as scratch:
            plan.save(Path(scratch) / "plan.json")
            with generator(Path(scratch) / "plan.json", pinning.others) as load:
                _rounds(bench, material, plan, load, results, directory, watch)


def _material(settings: Settings, server: Server) -> Material:
    with database(server, size=settings.size, seed=settings.seed, name_hint="bench") as url:
        return draw(url, count=settings.draw, seed=settings.seed)


def _gate(bench: Bench, material: Material) -> tuple[Plan, dict[str, str]]:
    with ExitStack() as stack:
        wings = [stack.enter_context(bench.running(each, material.stocked)) for each in bench.settings.variants]
        clients: dict[str, Client] = {wing.name: stack.enter_context(client(wing.port)) for wing in wings}
        learnt = learn(material, bench.settings.scenarios, clients)
        for wing in wings:
            require_running(wing, during="the gate")
        return learnt


def _rounds(
    bench: Bench, material: Material, plan: Plan, load: Generator, results: Results, directory: Path, watch: Watch
) -> None:
    finished = set(results.finished_rounds())
    for number in range(1, bench.settings.rounds + 1):
        if number in finished or not plan.exchanges:
            continue
        for position, variant in enumerate(bench.settings.order(number), 1):
            watch.leg(number, position, variant)
            cells = run_leg(
                bench,
                variant,
                plan=plan,
                stocked=material.stocked,
                load=load,
                measured=lambda cell: watch.measured(cell.scenario),
            )
            results.legs.append(Leg(number, position, variant, cells))
            results.save(directory)
