"""Runs the benchmark part by part: setup, verification, rounds. Results are saved after each round."""

import secrets
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.environment.code_size import code_sizes
from benchmarks.environment.preflight import preflight, require_disk_space
from benchmarks.environment.processors import assigned_processors, pinned
from benchmarks.environment.provenance import is_optimised, provenance
from benchmarks.load.calibration import SECONDS, SHORT, calibrate
from benchmarks.load.process import Generator, generator
from benchmarks.report import notes
from benchmarks.results import Part, Results
from benchmarks.runs.progress import Watch
from benchmarks.runs.rounds import Bench, run_round
from benchmarks.runs.suite import EXTRAS, LAYERS
from benchmarks.runs.verify import Verified, verify_part
from benchmarks.scenarios.exchanges import Plan
from benchmarks.scenarios.sample import Sample, draw_sample
from benchmarks.settings import Settings
from harness.databases.clones import database
from harness.paths import default_data_dir
from harness.postgres.server import Server, postgres


def run(results: Results, directory: Path, watch: Watch) -> None:
    """Measure the rounds that the results still lack.

    Raises PostgresUnavailable, ServerFailed, GeneratorFailed, SignInFailed, LookupError, OSError; what is finished is
    kept.
    """
    is_smoke = any(part.settings.is_smoke for part in results.parts)
    places = {"the results": directory, "the data": default_data_dir()}
    require_disk_space(places)
    watch.stage("starting PostgreSQL")
    with postgres() as server:
        session = provenance(results.command, server)
        results.sessions.append(session)
        watch.stage("listening to the machine")
        pinning = assigned_processors(1)
        session["noise"] = [*preflight(pinning, 1, places), *_of_python()]
        watch.warn(session["noise"])
        with pinned(server, pinning.others):
            watch.stage("the generator's own limit")
            session["generator"] = calibrate(pinning, seconds=SHORT if is_smoke else SECONDS).as_json()
        results.code_sizes = code_sizes()
        passed = Verified()
        for part in results.parts:
            if not part.is_finished or (part.name in EXTRAS and not part.extra):
                _run_part(part, passed, results, directory, server, watch)
                results.save(directory)


def _of_python() -> list[str]:
    if is_optimised():
        return []
    return [
        "This Python was built without profile-guided optimisation: what is written in Python costs more than usual."
    ]


def _run_part(part: Part, passed: Verified, results: Results, directory: Path, server: Server, watch: Watch) -> None:
    settings = part.settings
    with ExitStack() as stack:
        part.runs = part.finished_runs()
        # Before this process is pinned itself, and sees no CPUs but its own.
        pinnings = {workers: assigned_processors(workers) for workers in settings.workers}
        pinning = pinnings[max(settings.workers)]
        postgres_is_pinned = stack.enter_context(pinned(server, pinning.others))
        part.budget = notes.budget(settings, pinning, postgres_is_pinned=postgres_is_pinned)
        watch.stage(f"{part.name}: making {' and '.join(f'{size:,}' for size in settings.sizes)} products")
        samples = {size: _sample(settings, server, size) for size in settings.sizes}
        bench = Bench(settings, server, secrets.token_urlsafe(48), samples, pinnings)
        watch.stage(f"{part.name}: verification: do all variants return the same responses?")
        # The headers that the contract asks for are part of what an implementation does and a layer leaves out.
        is_layers_part = part.name == LAYERS
        plan = verify_part(bench, part, Verified() if is_layers_part else passed, compare_headers=not is_layers_part)
        results.save(directory)
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        plan.save(scratch / "plan.json")
        load = stack.enter_context(generator(scratch / "plan.json", pinning.others))
        _rounds(bench, part, plan, load, results, directory, watch)
        if extra := EXTRAS.get(part.name):
            watch.stage(f"{part.name}: {extra.what}")
            part.extra |= extra.measure(bench, part)


def _sample(settings: Settings, server: Server, size: int) -> Sample:
    with database(server, size=size, seed=settings.seed, name_hint="bench") as url:
        return draw_sample(url, count=settings.sample_size, seed=settings.seed)


def _rounds(
    bench: Bench, part: Part, plan: Plan, load: Generator, results: Results, directory: Path, watch: Watch
) -> None:
    finished = set(part.finished_rounds())
    for number in range(1, bench.settings.rounds + 1):
        if number in finished or not plan.exchanges:
            continue
        watch.round(part, number)
        runs = run_round(bench, number, plan=plan, load=load, watch=watch)
        part.runs += runs
        results.save(directory)
        watch.warn([f"round {number} does not count: {run.failure}" for run in runs if run.failure])
