"""Shows progress and remaining time: a progress bar in a terminal, a line for each step elsewhere."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from benchmarks.report.labels import subject_label
from benchmarks.results import Part, Results
from benchmarks.settings import Settings, Subject


def seconds_of(settings: Settings, cells: float) -> float:
    """Approximate duration of a number of cells."""
    return settings.seconds * cells / settings.cells


class Watch:
    """Shows what is being done, and the time left: as planned, corrected by how the run goes."""

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
        self._round, self._turn = "", ""
        self._task = bar.add_task("", total=self._total, completed=round(done), left="")

    def stage(self, what: str) -> None:
        """Show a stage before the rounds."""
        self._show(what)
        self._say(what)

    def warn(self, sentences: Iterable[str]) -> None:
        """Print warnings."""
        for sentence in sentences:
            self._console.print(f"Warning: {sentence}", style="yellow", markup=False, highlight=False)

    def round(self, part: Part, number: int) -> None:
        """A round of a part begins."""
        self._started = self._started or time.monotonic()
        self._part = part
        self._round = f"{part.name}: round {number}/{part.settings.rounds}"

    def starts(self, subject: Subject) -> None:
        """A server of the round is started."""
        what = f"{self._round}: starting {subject_label(subject, self._part.settings)}"
        self._show(what)
        self._say(what)

    def turn(self, scenario: str) -> None:
        """All servers of the round are about to have their turns at a scenario."""
        self._turn = f"{self._round}: {scenario}"
        self._show(self._turn)
        self._say(f"{self._turn}{self._time_left()}")

    def measured(self) -> None:
        """One turn is over."""
        cell = seconds_of(self._part.settings, 1)
        self._planned_left -= cell
        self._planned_done += cell
        self._bar.advance(self._task, cell)
        self._show(self._turn)

    def _show(self, what: str) -> None:
        self._bar.update(self._task, description=what, left=self._time_left())

    def _say(self, what: str) -> None:
        if not self._console.is_terminal:
            self._console.print(what, highlight=False)

    def _time_left(self) -> str:
        pace = 1.0
        if self._planned_done > 10:
            pace = (time.monotonic() - self._started) / self._planned_done
        seconds = round(max(0.0, self._planned_left) * pace)
        return f", about {seconds // 60}:{seconds % 60:02d} left"


@contextmanager
def watched(console: Console, results: Results) -> Iterator[Watch]:
    """Show progress until the end."""
    # Redrawn seldom: it shares a CPU with the generator.
    columns = (BarColumn(bar_width=24), TextColumn("{task.description}{task.fields[left]}"))
    with Progress(
        *columns, console=console, refresh_per_second=2, disable=not console.is_terminal, transient=True
    ) as bar:
        yield Watch(console, bar, results)
