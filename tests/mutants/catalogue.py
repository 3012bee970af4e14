"""Read the mutants from `listed/*.yaml`."""

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
    """A fault in an implementation. `first` selects the tests that should detect it: a file, and a `-k` expression."""

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
        """Name and implementation, which together are unique."""
        return f"{self.name}/{self.implementation}"

    def applied_to(self, text: str) -> str:
        """Return the text of the file with the fault. Raises DoesNotApply."""
        if (times := text.count(self.find)) != 1:
            raise DoesNotApply(f"{self.id}: this text occurs {times} times in {self.file}, not once:\n{self.find}")
        return text.replace(self.find, self.replace)


def read_mutants(folder: Path = LISTED) -> list[Mutant]:
    """Return all mutants. A fault with a change for each implementation gives two mutants."""
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
