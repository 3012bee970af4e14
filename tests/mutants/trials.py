"""A trial runs the suite against one mutant and returns a verdict."""

import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from threading import Event

from tests.mutants.catalogue import Mutant
from tests.mutants.copies import mutated
from tests.mutants.suite import SUITE, Outcome, only, run

FIRST_SECONDS, WHOLE_SECONDS = 120, 1200
LEAST_RATE = 0.95


class Verdict(StrEnum):
    KILLED = "killed"
    SURVIVED = "survived"
    # Neither says anything of the suite: these count as not killed.
    UNTRIED = "untried"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class Trial:
    """The verdict on a mutant; `by` are the tests that failed, `seconds` is the duration."""

    mutant: Mutant
    verdict: Verdict
    by: tuple[str, ...] = ()
    why: str = ""
    seconds: float = 0

    @property
    def is_explained(self) -> bool:
        """Whether it was killed, or is known to survive."""
        return self.verdict is Verdict.KILLED or (self.verdict is Verdict.SURVIVED and self.mutant.survives is not None)


def attempt(mutant: Mutant, copy: Path, stop: Event) -> Trial:
    """Try the tests that should notice the mutant, and where they do not, the whole suite. Raises Interrupted."""
    started = time.monotonic()
    with mutated(copy, mutant):
        file, words = mutant.first
        outcome = run(copy, [file], only(mutant.implementation, words), seconds=FIRST_SECONDS, stop=stop)
        if outcome == Outcome():
            outcome = run(copy, SUITE, only(mutant.implementation), seconds=WHOLE_SECONDS, stop=stop)
    return Trial(mutant, _verdict(outcome), outcome.failed, outcome.trouble, time.monotonic() - started)


def _verdict(outcome: Outcome) -> Verdict:
    if outcome.trouble:
        return Verdict.UNTRIED
    return Verdict.KILLED if outcome.failed else Verdict.SURVIVED


def killers(trials: Collection[Trial], implementation: str) -> list[str]:
    """The tests that killed mutants of an implementation."""
    return sorted({test for trial in trials if trial.mutant.implementation == implementation for test in trial.by})


def doubted(trials: Sequence[Trial], implementation: str, control: Outcome) -> list[Trial]:
    """The trials, where those tests do not count that fail on the unchanged implementation as well."""
    return [
        replace(trial, verdict=Verdict.DOUBTFUL, why=control.trouble or "the tests fail without the mutant, too")
        if trial.mutant.implementation == implementation
        and trial.by
        and (control.trouble or {*trial.by} <= {*control.failed})
        else trial
        for trial in trials
    ]


def rate(trials: Collection[Trial]) -> float:
    """Return the rate of killed mutants, from 0 to 1."""
    return Counter(trial.verdict for trial in trials)[Verdict.KILLED] / len(trials)


def is_good(trials: Collection[Trial]) -> bool:
    """Whether the rate is high enough, and every surviving mutant is explained."""
    return rate(trials) >= LEAST_RATE and all(trial.is_explained for trial in trials)
