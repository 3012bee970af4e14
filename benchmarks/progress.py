"""How far a run is, and how long it will still take: a bar in a terminal, a line for each leg elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from benchmarks.settings import Settings


class Watch:
    """Shows what is being done."""

    def __init__(self, console: Console, bar: Progress, settings: Settings, done: int) -> None:
        self._console, self._bar, self._settings = console, bar, settings
        self._left = settings.cells - done
        self._measured = 0
        self._started = 0.0
        self._leg = ""
        self._task = bar.add_task("", total=settings.cells, completed=done, left="")

    def stage(self, what: str) -> None:
        """Name what comes before the rounds."""
        self._show(what)
        self._say(what)

    def leg(self, number: int, position: int, variant: str) -> None:
        """A variant's turn begins."""
        self._started = self._started or time.monotonic()
        of = f"{position}/{self._settings.legs_per_round}"
        self._leg = f"round {number}/{self._settings.rounds}, leg {of}: {variant}"
        self._show(self._leg)
        self._say(f"{self._leg}{self._time_left()}")

    def measured(self, scenario: str) -> None:
        """One scenario of the leg is done."""
        self._left -= 1
        self._measured += 1
        self._bar.advance(self._task)
        self._show(f"{self._leg}, {scenario} done")

    def _show(self, what: str) -> None:
        self._bar.update(self._task, description=what, left=self._time_left())

    def _say(self, what: str) -> None:
        if not self._console.is_terminal:
            self._console.print(what, highlight=False)

    def _time_left(self) -> str:
        settings = self._settings
        cell = settings.duration + settings.warm_up + 0.4
        if self._measured >= len(settings.scenarios):
            cell = (time.monotonic() - self._started) / self._measured
        seconds = round(self._left * cell)
        return f", about {seconds // 60}:{seconds % 60:02d} left"


@contextmanager
def watched(console: Console, settings: Settings, done: int) -> Iterator[Watch]:
    """Show progress until the end; `done` cells are there already."""
    # Redrawn seldom: it shares a CPU with the generator.
    columns = (BarColumn(bar_width=24), TextColumn("{task.description}{task.fields[left]}"))
    with Progress(
        *columns, console=console, refresh_per_second=2, disable=not console.is_terminal, transient=True
    ) as bar:
        yield Watch(console, bar, settings, done)
