"""Runs the benchmark part by part: setup, verification, rounds. Results are saved after each round."""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import get_args

from benchmarks.endpoints.upstream import VARIABLE
from benchmarks.environment.code_size import code_sizes
from benchmarks.environment.disks import used_disks
from benchmarks.environment.outages import Dependencies
from benchmarks.environment.preflight import preflight, require_disks
from benchmarks.environment.processors import Pinning, assigned_processors, number_of_processors, pinned
from benchmarks.environment.provenance import is_optimised, provenance
from benchmarks.load.calibration import SECONDS, SMOKE_SECONDS, calibrate, null_server
from benchmarks.load.ceilings import SECONDS as CEILING_SECONDS
from benchmarks.load.ceilings import SMOKE_SECONDS as CEILING_SMOKE_SECONDS
from benchmarks.load.ceilings import ceilings
from benchmarks.load.process import Generator, generator
from benchmarks.report.budget import budget, too_few_cpus
from benchmarks.results import Cpus, Part, Results
from benchmarks.runs.bench import Bench
from benchmarks.runs.progress import RunProgress
from benchmarks.runs.rounds import run_round
from benchmarks.runs.suite import EXTRAS
from benchmarks.runs.verify import Verified, verify_part
from benchmarks.scenarios.exchanges import Plan
from benchmarks.scenarios.sample import Sample, draw_sample
from benchmarks.settings import CACHED_VARIANTS, VARIANTS, Settings, Variant
from harness.databases.clones import database
from harness.ports import LOOPBACK
from harness.postgres.server import Server, postgres
from harness.servers.names import WithEndpoints

# The response of the upstream: its size, and the seconds after which it is sent.
UPSTREAM_BYTES, UPSTREAM_DELAY = 100, 0.1
WITH_ENDPOINTS: tuple[Variant, ...] = get_args(WithEndpoints)


def run(results: Results, directory: Path, progress: RunProgress) -> None:
    """Measure the rounds that the results do not contain yet, and save the results in the directory.

    Finished rounds are kept if an error occurs. Raises DiskFull, NotWritable, DatabaseFailed, PostgresUnavailable,
    ServerFailed, GeneratorFailed, SignInFailed, OSError.
    """
    is_smoke = any(part.settings.is_smoke for part in results.parts)
    disks = used_disks(directory)
    require_disks(disks)
    progress.step("starting PostgreSQL")
    with postgres() as server, Dependencies(server, disks, progress.current).explained() as dependencies:
        session = provenance(results.command, server)
        results.sessions.append(session)
        progress.step("checking whether the machine is idle")
        pinning = assigned_processors(1)
        session["noise"] = [*preflight(pinning, 1, disks), *_python_warnings()]
        progress.warn(session["noise"])
        with pinned(server, pinning.others):
            progress.step("measuring the load generator")
            session["generator"] = calibrate(pinning, seconds=SMOKE_SECONDS if is_smoke else SECONDS).as_json()
        results.code_sizes = code_sizes()
        verified = Verified()
        for part in results.parts:
            if not part.is_finished or (part.name in EXTRAS and not part.extra):
                _run_part(part, verified, results, directory, server, dependencies, progress)
                results.save(directory)


def _python_warnings() -> list[str]:
    if is_optimised():
        return []
    return ["This Python was built without profile-guided optimisation: Python code costs more than usual."]


def _run_part(
    part: Part,
    verified: Verified,
    results: Results,
    directory: Path,
    server: Server,
    dependencies: Dependencies,
    progress: RunProgress,
) -> None:
    settings = part.settings
    with ExitStack() as stack:
        part.runs = part.finished_runs()
        # All are computed before this process is pinned, because a pinned process sees its own CPUs only.
        pinnings = {
            workers: assigned_processors(workers) if settings.is_pinned else Pinning(None, None)
            for workers in settings.workers
        }
        part.cpus = {workers: _cpus(each) for workers, each in pinnings.items()}
        pinning = pinnings[max(settings.workers)]
        postgres_is_pinned = stack.enter_context(pinned(server, pinning.others))
        part.budget = budget(settings, pinning, postgres_is_pinned=postgres_is_pinned)
        part.budget += too_few_cpus(settings, number_of_processors())
        progress.step(f"{part.name}: creating {' and '.join(f'{size:,}' for size in settings.sizes)} products")
        samples = {size: _sample(settings, server, size) for size in settings.sizes}
        environment = stack.enter_context(_upstream(settings, pinning))
        bench = Bench(settings, server, dependencies, secrets.token_urlsafe(48), samples, pinnings, environment)
        progress.step(f"{part.name}: verifying that all variants return the same responses")
        # Layers and read-only variants do not send the headers that the contract requires, so these are not compared.
        added = {server.name for server in settings.added}
        are_implementations = set(settings.variants) <= {*VARIANTS, *WITH_ENDPOINTS, *CACHED_VARIANTS, *added}
        verified = verified if are_implementations else Verified()
        plan = verify_part(bench, part, verified, compare_headers=are_implementations)
        progress.step(f"{part.name}: measuring the load generator with the recorded responses")
        seconds = CEILING_SMOKE_SECONDS if settings.is_smoke else CEILING_SECONDS
        part.ceilings = ceilings(plan, settings.sizes[0], pinning, seconds=seconds)
        results.save(directory)
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        plan.save(scratch / "plan.json")
        load = stack.enter_context(generator(scratch / "plan.json", pinning.others))
        _run_rounds(bench, part, plan, load, results, directory, progress)
        if extra := EXTRAS.get(part.name):
            progress.step(f"{part.name}: {extra.description}")
            part.extra |= extra.measure(bench, part)


def _cpus(pinning: Pinning) -> Cpus:
    if pinning.server is None or pinning.others is None:
        number = number_of_processors()
        return Cpus(number, number, is_shared=True)
    return Cpus(len(pinning.server), len(pinning.others))


@contextmanager
def _upstream(settings: Settings, pinning: Pinning) -> Iterator[dict[str, str]]:
    """Start the upstream if a variant needs it. Yield the environment variables of the servers."""
    if not set(settings.variants) & set(WITH_ENDPOINTS):
        yield {}
        return
    with null_server(UPSTREAM_BYTES, pinning.others, delay=UPSTREAM_DELAY) as (port, _pid):
        yield {VARIABLE: f"http://{LOOPBACK}:{port}"}


def _sample(settings: Settings, server: Server, size: int) -> Sample:
    with database(server, size=size, seed=settings.seed, name_hint="bench") as url:
        return draw_sample(url, count=settings.sample_size, seed=settings.seed)


def _run_rounds(
    bench: Bench, part: Part, plan: Plan, load: Generator, results: Results, directory: Path, progress: RunProgress
) -> None:
    finished = set(part.finished_rounds())
    for number in range(1, bench.settings.rounds + 1):
        if number in finished or not plan.exchanges:
            continue
        progress.start_round(part, number)
        runs = run_round(bench, number, plan=plan, load=load, progress=progress, open_rates=part.open_rates)
        part.runs += runs
        results.save(directory)
        progress.warn([f"round {number} is invalid: {run.failure}" for run in runs if run.failure])
