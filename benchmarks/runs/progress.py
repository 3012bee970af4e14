"""Shows progress and remaining time: a progress bar in a terminal, otherwise a line for each step."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from benchmarks.report.labels import subject_label
from benchmarks.results import Part, Results
from benchmarks.settings import Settings, Subject


def seconds_of(settings: Settings, cells: float) -> float:
    """Return the approximate duration of a number of cells in seconds."""
    return settings.seconds * cells / settings.cells if settings.cells else 0.0


class RunProgress:
    """Shows the current step and the remaining time, estimated from the plan and the pace so far."""

    def __init__(self, console: Console, bar: Progress, results: Results) -> None:
        self._console, self._bar = console, bar
        self._total = sum(part.settings.seconds for part in results.parts)
        done = sum(
            seconds_of(part.settings, len(part.finished_rounds()) * part.settings.cells / part.settings.rounds)
            for part in results.parts
        )
        self._planned_left, self._planned_done = self._total - done, 0.0
        self._started = 0.0
        self._part = results.parts[0]
        self._round, self._scenario, self._current = "", "", "the start"
        self._task = bar.add_task("", total=self._total, completed=round(done), left="")

    def step(self, description: str) -> None:
        """Show a step outside the rounds."""
        self._show(description)
        self._print(description)

    def current(self) -> str:
        """Return a description of what the run does at the moment."""
        return self._current

    def warn(self, warnings: Iterable[str]) -> None:
        """Print warnings."""
        for warning in warnings:
            self._console.print(f"Warning: {warning}", style="yellow", markup=False, highlight=False)

    def start_round(self, part: Part, number: int) -> None:
        """Report that a round of a part starts."""
        self._started = self._started or time.monotonic()
        self._part = part
        self._round = f"{part.name}: round {number}/{part.settings.rounds}"

    def start_server(self, subject: Subject) -> None:
        """Report that a server of the round starts."""
        description = f"{self._round}: starting {subject_label(subject, self._part.settings)}"
        self._show(description)
        self._print(description)

    def start_scenario(self, scenario: str) -> None:
        """Report that the servers of the round are measured on a scenario."""
        self._scenario = f"{self._round}: {scenario}"
        self._show(self._scenario)
        self._print(f"{self._scenario}{self._time_left()}")

    def finish_cell(self) -> None:
        """Report that a cell is measured."""
        cell = seconds_of(self._part.settings, 1)
        self._planned_left -= cell
        self._planned_done += cell
        self._bar.advance(self._task, cell)
        self._show(self._scenario)

    def _show(self, description: str) -> None:
        self._current = description
        self._bar.update(self._task, description=description, left=self._time_left())

    def _print(self, description: str) -> None:
        if not self._console.is_terminal:
            self._console.print(description, highlight=False)

    def _time_left(self) -> str:
        pace = 1.0
        if self._planned_done > 10:
            pace = (time.monotonic() - self._started) / self._planned_done
        seconds = round(max(0.0, self._planned_left) * pace)
        return f", about {seconds // 60}:{seconds % 60:02d} left"


@contextmanager
def show_progress(console: Console, results: Results) -> Iterator[RunProgress]:
    """Show the progress of a run on the console until the end of the block."""
    # Refreshed twice a second only, because it shares a CPU with the generator.
    columns = (BarColumn(bar_width=24), TextColumn("{task.description}{task.fields[left]}"))
    with Progress(
        *columns, console=console, refresh_per_second=2, disable=not console.is_terminal, transient=True
    ) as bar:
        yield RunProgress(console, bar, results)
