"""The raw results of a run, saved in its directory. They contain measurements only, and no computed figures."""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.cells import Cell, Load
from benchmarks.settings import Settings, Subject

FORMAT = 3
FILE = "results.json"


class UnreadableResults(ValueError):
    """A file is missing or does not contain results of this benchmark."""


@dataclass(frozen=True)
class Run:
    """A server run: one turn of a subject in a round, with a new server process and a new database.

    `round` and `position` start at 1. `failure` is the reason why cells are missing.
    """

    round: int
    position: int
    subject: Subject
    cells: list[Cell]
    failure: str | None = None


@dataclass(frozen=True)
class Cpus:
    """The number of CPUs of the server, and of generator and PostgreSQL together; `is_shared`: they are the same."""

    server: int
    others: int
    is_shared: bool = False


@dataclass
class Part:
    """A part of a run: its settings and its measurements.

    `budget` describes, in sentences, the resources that are equal for all variants. `gate` has the reason for each
    scenario that failed verification. `statements` has the number of SQL statements per request, by variant and
    scenario. `open_rates` has the arrivals per second of each load that is given as a share of the capacity, by
    scenario and name of the load. They are computed from the closed load of the first round. `cpus` are by number of
    workers. `ceilings` has the highest rate of the generator in each scenario, in requests per second. `extra` has the
    results of additional measurements by name.
    """

    name: str
    settings: Settings
    budget: list[str] = field(default_factory=list)
    gate: dict[str, str] = field(default_factory=dict)
    statements: dict[str, dict[str, float]] = field(default_factory=dict)
    runs: list[Run] = field(default_factory=list)
    open_rates: dict[str, dict[str, float]] = field(default_factory=dict)
    cpus: dict[int, Cpus] = field(default_factory=dict)
    ceilings: dict[str, float] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    def finished_rounds(self) -> list[int]:
        """Return the numbers of the rounds of which all server runs are complete."""
        numbers = [run.round for run in self.runs if run.failure is None]
        return [number for number in sorted(set(numbers)) if numbers.count(number) == self.settings.runs_per_round]

    def finished_runs(self) -> list[Run]:
        """Return the server runs of the finished rounds."""
        finished = set(self.finished_rounds())
        return [run for run in self.runs if run.round in finished]

    def failures(self) -> list[Run]:
        """Return the server runs whose server exited unexpectedly; their rounds are invalid."""
        return [run for run in self.runs if run.failure]

    @property
    def is_finished(self) -> bool:
        """Whether all rounds are finished, or no scenario has passed verification."""
        return set(self.gate) >= set(self.settings.scenarios) or len(self.finished_rounds()) == self.settings.rounds


@dataclass
class Results:
    """All measurements of a run so far.

    `command` is the command line that repeats the run. `sessions` has the provenance of the start and of each resume.
    `code_sizes` has, by variant, the number of its packages, their size and its lines of code.
    """

    parts: list[Part]
    command: str = ""
    sessions: list[dict[str, Any]] = field(default_factory=list)
    code_sizes: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def is_finished(self) -> bool:
        """Whether all parts are finished."""
        return all(part.is_finished for part in self.parts)

    def save(self, directory: Path) -> Path:
        """Write the file atomically and return its path. Raises OSError with the name of the file."""
        path = directory / FILE
        new = path.with_suffix(".new")
        content = {"format": FORMAT, **asdict(self)}
        try:
            with new.open("w", encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError as error:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            # A failed write does not name its file.
            raise OSError(error.errno, error.strerror, str(path)) from error
        return path

    @classmethod
    def load(cls, path: Path) -> "Results":
        """Read results from a file, or from FILE in a directory. Raises UnreadableResults."""
        file = path / FILE if path.is_dir() else path
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            if content.pop("format") != FORMAT:
                raise UnreadableResults(f"{file} was written by another version of the benchmark")
            first, *others = content.pop("parts")
            return cls(parts=[_part(first), *map(_part, others)], **content)
        except OSError as error:
            raise UnreadableResults(f"{file} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, UnreadableResults):
                raise
            raise UnreadableResults(f"{file} does not contain results of this benchmark") from error


def _part(values: dict[str, Any]) -> Part:
    settings = Settings.from_json(values.pop("settings"))
    runs = [_run(each) for each in values.pop("runs")]
    cpus = {int(workers): Cpus(**each) for workers, each in values.pop("cpus", {}).items()}
    return Part(settings=settings, runs=runs, cpus=cpus, **values)


def _run(values: dict[str, Any]) -> Run:
    cells = [_cell(cell) for cell in values["cells"]]
    return Run(**{**values, "subject": Subject(**values["subject"]), "cells": cells})


def _cell(values: dict[str, Any]) -> Cell:
    latencies = {int(microseconds): number for microseconds, number in values["latencies"].items()}
    return Cell(**{**values, "load": Load(**values["load"]), "latencies": latencies})
