"""Run the contract suite against a mutant, and compute verdicts from the results."""

import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from threading import Event

from tests.mutants.catalogue import Mutant
from tests.mutants.copies import mutated
from tests.mutants.suite import SUITE, Outcome, run, selection

FIRST_TIMEOUT_SECONDS, SUITE_TIMEOUT_SECONDS = 120, 1200
MIN_RATE = 0.95


class Verdict(StrEnum):
    """The result of a trial."""

    KILLED = "killed"
    SURVIVED = "survived"
    # These two are not results of the suite, so they count as not killed.
    UNTRIED = "untried"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class Trial:
    """The verdict on a mutant. `by` contains the tests that failed, and `seconds` is the duration."""

    mutant: Mutant
    verdict: Verdict
    by: tuple[str, ...] = ()
    why: str = ""
    seconds: float = 0

    @property
    def is_explained(self) -> bool:
        """True if the mutant was killed, or is listed with a reason why it survives."""
        return self.verdict is Verdict.KILLED or (self.verdict is Verdict.SURVIVED and self.mutant.survives is not None)


def run_trial(mutant: Mutant, copy: Path, stop: Event) -> Trial:
    """Run the tests that should detect the mutant, and the whole suite if they do not. Raises Interrupted."""
    started = time.monotonic()
    with mutated(copy, mutant):
        file, words = mutant.first
        outcome = run(copy, [file], selection(mutant.implementation, words), seconds=FIRST_TIMEOUT_SECONDS, stop=stop)
        if outcome == Outcome():
            outcome = run(copy, SUITE, selection(mutant.implementation), seconds=SUITE_TIMEOUT_SECONDS, stop=stop)
    return Trial(mutant, _verdict(outcome), outcome.failed, outcome.error, time.monotonic() - started)


def _verdict(outcome: Outcome) -> Verdict:
    if outcome.error:
        return Verdict.UNTRIED
    return Verdict.KILLED if outcome.failed else Verdict.SURVIVED


def killing_tests(trials: Collection[Trial], implementation: str) -> list[str]:
    """Return the tests that killed mutants of an implementation."""
    return sorted({test for trial in trials if trial.mutant.implementation == implementation for test in trial.by})


def with_doubtful(trials: Sequence[Trial], implementation: str, control: Outcome) -> list[Trial]:
    """Return the trials. Those whose killing tests also fail without the mutant (`control`) are marked as doubtful."""
    return [
        replace(trial, verdict=Verdict.DOUBTFUL, why=control.error or "the tests fail without the mutant, too")
        if trial.mutant.implementation == implementation
        and trial.by
        and (control.error or {*trial.by} <= {*control.failed})
        else trial
        for trial in trials
    ]


def kill_rate(trials: Collection[Trial]) -> float:
    """Return the rate of killed mutants, from 0 to 1."""
    return Counter(trial.verdict for trial in trials)[Verdict.KILLED] / len(trials)


def has_passed(trials: Collection[Trial]) -> bool:
    """Return True if the rate is high enough, and each surviving mutant is explained."""
    return kill_rate(trials) >= MIN_RATE and all(trial.is_explained for trial in trials)
