"""Run all trials in parallel: each job has its own copy of the repository, all share one database server."""

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
from tests.mutants.suite import only, run
from tests.mutants.trials import WHOLE_SECONDS, Trial, attempt, doubted, killers


def try_all(mutants: Sequence[Mutant], jobs: int, tell: Callable[[Trial], None]) -> list[Trial]:
    """Try every mutant, then run the tests that killed some unchanged; `tell` is called after each trial."""
    stop = Event()
    with postgres(), TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(jobs) as pool:
        # Copied once: the repository may change while the mutants are tried.
        unchanged = copy_repository(ROOT, Path(folder) / "unchanged")
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(jobs):
            copies.put(copy_repository(unchanged, Path(folder) / f"copy-{number}"))

        def trial_of(mutant: Mutant) -> Trial:
            copy = copies.get()
            try:
                return attempt(mutant, copy, stop)
            finally:
                copies.put(copy)

        try:
            trials = []
            for future in as_completed([pool.submit(trial_of, mutant) for mutant in mutants]):
                trials.append(future.result())
                tell(trials[-1])
            return _controlled(trials, unchanged, stop)
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def _controlled(trials: Sequence[Trial], unchanged: Path, stop: Event) -> list[Trial]:
    """The trials, once the tests that killed have passed on the unchanged implementations."""
    result = [*trials]
    for implementation in IMPLEMENTATIONS:
        if tests := killers(trials, implementation):
            control = run(unchanged, tests, only(implementation), seconds=WHOLE_SECONDS, stop=stop, all_=True)
            result = doubted(result, implementation, control)
    return result
