"""The command `python -m tests.mutants`, which exits with 0 if the contract suite kills enough mutants."""

import os
import sys
import time
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from harness.commands import program
from harness.paths import ROOT
from tests.contract.observed import IMPLEMENTATIONS
from tests.mutants.catalogue import DoesNotApply, Mutant, read_mutants
from tests.mutants.report import line, progress_bar, show, write
from tests.mutants.session import run_trials
from tests.mutants.trials import Trial, has_passed

RESULTS = ROOT / "results" / "mutants.json"
MAX_JOBS = 8

console = Console(soft_wrap=True, highlight=False)
app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def _known_implementation(implementation: str | None) -> str | None:
    if implementation not in {None, *IMPLEMENTATIONS}:
        raise typer.BadParameter(f"one of: {', '.join(IMPLEMENTATIONS)}")
    return implementation


ImplementationOption = Annotated[
    str | None, typer.Option(callback=_known_implementation, help="Only mutants of this implementation.")
]
OnlyOption = Annotated[list[str] | None, typer.Option(help="Only this mutant; may be repeated.")]
JobsOption = Annotated[
    int | None, typer.Option(min=1, max=MAX_JOBS, help="Number of mutants at the same time. [one per processor]")
]


@app.command()
def mutants(implementation: ImplementationOption = None, only: OnlyOption = None, jobs: JobsOption = None) -> None:
    """Run the contract suite against each mutant, and report how many it kills."""
    listed = read_mutants()
    chosen = [mutant for mutant in listed if implementation in {None, mutant.implementation}]
    chosen = [mutant for mutant in chosen if not only or {mutant.id, mutant.name} & {*only}]
    if not chosen or {*(only or ())} - {name for mutant in chosen for name in (mutant.id, mutant.name)}:
        raise typer.BadParameter("there is no mutant with that name", param_hint="--only")
    for mutant in chosen:
        mutant.applied_to((ROOT / mutant.file).read_text(encoding="utf-8"))
    started = time.monotonic()
    trials = _run_all(chosen, jobs or min(os.cpu_count() or 1, MAX_JOBS))
    show(trials, console)
    if len(chosen) == len(listed):
        write(trials, time.monotonic() - started, RESULTS)
        console.print(f"Written to {RESULTS.relative_to(ROOT)}.")
    sys.exit(0 if has_passed(trials) else 1)


def _run_all(chosen: Sequence[Mutant], jobs: int) -> list[Trial]:
    with progress_bar(console) as progress:
        task = progress.add_task(f"{len(chosen)} mutants", total=len(chosen))

        def report_trial(trial: Trial) -> None:
            progress.console.print(line(trial))
            progress.advance(task)

        return run_trials(chosen, jobs, report_trial)


def main() -> None:
    """Run the command of the command line."""
    program.run(app, failures=(DoesNotApply,))
