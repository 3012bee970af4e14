"""Report the trials: a progress bar, a table, and results/mutants.json."""

import json
from collections.abc import Collection, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from tests.contract.observed import IMPLEMENTATIONS
from tests.mutants.trials import MIN_RATE, Trial, Verdict, kill_rate

STYLES = {Verdict.KILLED: "green", Verdict.SURVIVED: "red", Verdict.UNTRIED: "yellow", Verdict.DOUBTFUL: "yellow"}


def progress_bar(console: Console) -> Progress:
    """Return a progress bar with the remaining time."""
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn())
    times = (TextColumn("after"), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    return Progress(*columns, *times, console=console, refresh_per_second=2, disable=not console.is_terminal)


def line(trial: Trial) -> str:
    """Return a line about a trial."""
    by = f" by {escape(trial.by[0])}" if trial.by else ""
    return f"[{STYLES[trial.verdict]}]{trial.verdict:8}[/] {trial.mutant.id}{by}, {trial.seconds:.0f} s"


def table(trials: Sequence[Trial]) -> Table:
    """Return a table with the number and the rate of killed mutants of each implementation."""
    shown = Table(title="Mutants that the contract suite kills", title_justify="left")
    for column in ("implementation", "mutants", "killed", "rate"):
        shown.add_column(column, justify="left" if column == "implementation" else "right")
    for implementation in (*IMPLEMENTATIONS, "both"):
        part = [trial for trial in trials if implementation in {trial.mutant.implementation, "both"}]
        if part:
            shown.add_row(implementation, str(len(part)), str(killed(part)), f"{kill_rate(part):.1%}")
    return shown


def killed(trials: Collection[Trial]) -> int:
    """Return the number of killed mutants."""
    return sum(trial.verdict is Verdict.KILLED for trial in trials)


def show(trials: Sequence[Trial], console: Console) -> None:
    """Print the table, and for each mutant that was not killed what it breaks and why it was not killed."""
    console.print(table(trials))
    for trial in sorted(trials, key=lambda one: one.mutant.id):
        if trial.verdict is not Verdict.KILLED:
            console.print(
                f"[{STYLES[trial.verdict]}]{trial.verdict}[/] {trial.mutant.id}: {escape(trial.mutant.breaks)}"
            )
            console.print(f"  {trial.why or trial.mutant.survives or 'No reason is listed.'}", markup=False)
        elif trial.mutant.survives:
            console.print(f"{trial.mutant.id} is listed with `survives`, but was killed.")
    console.print(f"At least {MIN_RATE:.0%} must be killed, and `survives` must give a reason for each of the others.")


def write(trials: Sequence[Trial], seconds: float, path: Path) -> None:
    """Write the results of all trials as JSON. `seconds` is the duration of the run."""
    content = {
        "seconds": round(seconds),
        "mutants": len(trials),
        "killed": killed(trials),
        "rate": round(kill_rate(trials), 4),
        "implementations": {
            implementation: _counts([trial for trial in trials if trial.mutant.implementation == implementation])
            for implementation in IMPLEMENTATIONS
        },
        "trials": [_entry(trial) for trial in sorted(trials, key=lambda trial: trial.mutant.id)],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _counts(trials: Sequence[Trial]) -> dict[str, int]:
    return {"mutants": len(trials), "killed": killed(trials)}


def _entry(trial: Trial) -> dict[str, object]:
    mutant = trial.mutant
    entry = {
        "id": mutant.id,
        "implementation": mutant.implementation,
        "breaks": mutant.breaks,
        "verdict": trial.verdict,
    }
    return {**entry, "by": trial.by, "why": trial.why or mutant.survives or "", "seconds": round(trial.seconds, 1)}
