"""Run the trials in parallel. Each job has a copy of the repository, and all jobs share one database server."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Event

from harness.paths import ROOT
from harness.postgres.server import postgres
from tests.contract.observed import IMPLEMENTATIONS
from tests.mutants.catalogue import Mutant
from tests.mutants.copies import copy_repository
from tests.mutants.suite import run, selection
from tests.mutants.trials import SUITE_TIMEOUT_SECONDS, Trial, killing_tests, run_trial, with_doubtful


def run_trials(mutants: Sequence[Mutant], jobs: int, report_trial: Callable[[Trial], None]) -> list[Trial]:
    """Run a trial of each mutant, then run the tests that killed mutants against the unchanged implementations.

    `report_trial` is called after each trial. Raises Interrupted, DoesNotApply.
    """
    stop = Event()
    with postgres(), TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(jobs) as pool:
        # All copies come from this one, because the repository may change during the run.
        unchanged = copy_repository(ROOT, Path(folder) / "unchanged")
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(jobs):
            copies.put(copy_repository(unchanged, Path(folder) / f"copy-{number}"))

        def trial_of(mutant: Mutant) -> Trial:
            copy = copies.get()
            try:
                return run_trial(mutant, copy, stop)
            finally:
                copies.put(copy)

        try:
            trials = []
            for future in as_completed([pool.submit(trial_of, mutant) for mutant in mutants]):
                trials.append(future.result())
                report_trial(trials[-1])
            return _with_control(trials, unchanged, stop)
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def _with_control(trials: Sequence[Trial], unchanged: Path, stop: Event) -> list[Trial]:
    """Mark trials as doubtful whose killing tests fail on the unchanged implementations too."""
    result = [*trials]
    for implementation in IMPLEMENTATIONS:
        if tests := killing_tests(trials, implementation):
            control = run(
                unchanged, tests, selection(implementation), seconds=SUITE_TIMEOUT_SECONDS, stop=stop, run_all=True
            )
            result = with_doubtful(result, implementation, control)
    return result
