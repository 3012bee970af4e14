"""Read the mutants of `listed/*.yaml`: the fault, and the text that it replaces in an implementation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.contract.observed import IMPLEMENTATIONS

LISTED = Path(__file__).parent / "listed"


class DoesNotApply(ValueError):
    """The text that a mutant replaces does not occur exactly once in its file."""


@dataclass(frozen=True)
class Mutant:
    """One fault in one implementation. `first`: tests that should detect it: a file below tests/, words of names."""

    name: str
    implementation: str
    breaks: str
    file: str
    find: str
    replace: str
    first: tuple[str, str]
    survives: str | None

    @property
    def id(self) -> str:
        return f"{self.name}/{self.implementation}"

    def applied_to(self, text: str) -> str:
        """The text of the file with the fault in it. Raises DoesNotApply."""
        if (times := text.count(self.find)) != 1:
            raise DoesNotApply(f"{self.id}: {self.file} has {times} times, not once:\n{self.find}")
        return text.replace(self.find, self.replace)


def read_mutants(folder: Path = LISTED) -> list[Mutant]:
    """All mutants; a fault that both implementations can have is listed once, and makes one mutant of each."""
    return [
        mutant
        for path in sorted(folder.glob("*.yaml"))
        for fault in yaml.safe_load(path.read_text(encoding="utf-8"))
        for mutant in _mutants_of(fault)
    ]


def _mutants_of(fault: Mapping[str, Any]) -> Iterator[Mutant]:
    for implementation in IMPLEMENTATIONS:
        if change := fault.get(implementation):
            ((file, words),) = (change.get("first") or fault["first"]).items()
            yield Mutant(
                name=fault["name"],
                implementation=implementation,
                breaks=fault["breaks"],
                file=f"{implementation}_impl/{change['file']}",
                find=change["find"],
                replace=change["replace"],
                first=(f"tests/{file}", words),
                survives=change.get("survives"),
            )
