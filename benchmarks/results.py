"""The raw results of a run, as they are kept in its directory: whatever was measured, nothing computed from it."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.cells import Cell
from benchmarks.settings import Settings, Variant

FORMAT = 1
FILE = "results.json"


class UnreadableResults(ValueError):
    """A file does not hold results of this benchmark."""


@dataclass(frozen=True)
class Leg:
    """One variant's turn in a round (both from 1), on a fresh server and a fresh database."""

    round: int
    position: int
    variant: Variant
    cells: list[Cell]


@dataclass
class Results:
    """Everything that a run has found so far. `sessions` is the provenance, one for each time the run was resumed."""

    settings: Settings
    budget: list[str] = field(default_factory=list)
    sessions: list[dict[str, Any]] = field(default_factory=list)
    gate: dict[str, str] = field(default_factory=dict)
    legs: list[Leg] = field(default_factory=list)

    def finished_rounds(self) -> list[int]:
        """Numbers of the rounds of which every leg is there."""
        numbers = [leg.round for leg in self.legs]
        return [number for number in sorted(set(numbers)) if numbers.count(number) == self.settings.legs_per_round]

    def finished_legs(self) -> list[Leg]:
        finished = set(self.finished_rounds())
        return [leg for leg in self.legs if leg.round in finished]

    def save(self, directory: Path) -> Path:
        """Write the file, whole or not at all. Raises OSError."""
        path = directory / FILE
        new = path.with_suffix(".new")
        content = {"format": FORMAT, **asdict(self)}
        with new.open("w") as file:
            json.dump(content, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
        return path

    @classmethod
    def load(cls, path: Path) -> "Results":
        """Read results from their file or its directory. Raises UnreadableResults."""
        file = path / FILE if path.is_dir() else path
        try:
            content = json.loads(file.read_text())
            if content.pop("format") != FORMAT:
                raise UnreadableResults(f"{file} was written by another version of the benchmark")
            settings = Settings.from_json(content.pop("settings"))
            legs = [_leg(values) for values in content.pop("legs")]
            return cls(settings=settings, legs=legs, **content)
        except OSError as error:
            raise UnreadableResults(f"{file} cannot be read: {error.strerror}") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            if isinstance(error, UnreadableResults):
                raise
            raise UnreadableResults(f"{file} does not hold results of this benchmark") from error


def _leg(values: dict[str, Any]) -> Leg:
    return Leg(**{**values, "cells": [_cell(cell) for cell in values["cells"]]})


def _cell(values: dict[str, Any]) -> Cell:
    latencies = {int(microseconds): number for microseconds, number in values["latencies"].items()}
    return Cell(**{**values, "latencies": latencies})
