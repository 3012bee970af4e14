"""`python -m tests.mutants`: exits with 0 if the suite kills enough mutants."""

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
from tests.mutants.report import bar, line, show, write
from tests.mutants.session import try_all
from tests.mutants.trials import Trial, is_good

RESULTS = ROOT / "results" / "mutants.json"
MOST_JOBS = 8

console = Console(soft_wrap=True, highlight=False)
app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


def _known_implementation(implementation: str | None) -> str | None:
    if implementation not in {None, *IMPLEMENTATIONS}:
        raise typer.BadParameter(f"one of: {', '.join(IMPLEMENTATIONS)}")
    return implementation


ImplementationOption = Annotated[
    str | None, typer.Option(callback=_known_implementation, help="Mutants of this implementation alone.")
]
OnlyOption = Annotated[list[str] | None, typer.Option(help="This mutant alone; may be repeated.")]
JobsOption = Annotated[int | None, typer.Option(min=1, max=MOST_JOBS, help="Side by side. [one per processor]")]


@app.command()
def mutants(implementation: ImplementationOption = None, only: OnlyOption = None, jobs: JobsOption = None) -> None:
    """Put one fault after the other into the implementations, and see whether the contract suite notices."""
    listed = read_mutants()
    chosen = [mutant for mutant in listed if implementation in {None, mutant.implementation}]
    chosen = [mutant for mutant in chosen if not only or {mutant.id, mutant.name} & {*only}]
    if not chosen or {*(only or ())} - {name for mutant in chosen for name in (mutant.id, mutant.name)}:
        raise typer.BadParameter("there is no mutant of that name", param_hint="--only")
    for mutant in chosen:
        mutant.applied_to((ROOT / mutant.file).read_text(encoding="utf-8"))
    started = time.monotonic()
    trials = _tried(chosen, jobs or min(os.cpu_count() or 1, MOST_JOBS))
    show(trials, console)
    if len(chosen) == len(listed):
        write(trials, time.monotonic() - started, RESULTS)
        console.print(f"Written to {RESULTS.relative_to(ROOT)}.")
    sys.exit(0 if is_good(trials) else 1)


def _tried(chosen: Sequence[Mutant], jobs: int) -> list[Trial]:
    with bar(console) as progress:
        task = progress.add_task(f"{len(chosen)} mutants", total=len(chosen))

        def tell(trial: Trial) -> None:
            progress.console.print(line(trial))
            progress.advance(task)

        return try_all(chosen, jobs, tell)


def main() -> None:
    """Run the command."""
    program.run(app, failures=(DoesNotApply,))
