"""A request of a sequence, in a form that can be sent to both implementations and written to a YAML file."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from tests.contract.observed import IMPLEMENTATIONS

# `<pending>` is a name of the seed data. `<3/id>` is the value at the JSON pointer `/id` in the response to step 3.
PLACEHOLDER = re.compile(r"<(?:(\d+)(/[^<>]*)|([a-z_0-9]+))>")

type Document = dict[str, Any]


def value_of_response(step: int, pointer: str) -> str:
    """Return the placeholder for the value at a JSON pointer in the response to a step."""
    return f"<{step}{pointer}>"


@dataclass(frozen=True)
class Step:
    """A request. `caller` is an account of the seed data, `anonymous`, or the placeholder of an access token.

    With a shared database, `writer` is the index (0 or 1) of the implementation that gets the step.
    """

    caller: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    writer: int = 0

    @classmethod
    def from_document(cls, document: Document) -> "Step":
        """Return the step that `to_document` converted."""
        headers: Mapping[str, str] = document.get("headers", {})
        writer = IMPLEMENTATIONS.index(document.get("through", IMPLEMENTATIONS[0]))
        return cls(
            document["as"],
            document["method"],
            document["path"],
            tuple(headers.items()),
            document.get("raw"),
            writer,
        )

    def to_document(self) -> Document:
        """Return the step as a mapping for a YAML file."""
        document: Document = {"as": self.caller, "method": self.method, "path": self.path}
        if self.headers:
            document["headers"] = dict(self.headers)
        if self.body is not None:
            document["raw"] = self.body
        if self.writer:
            document["through"] = IMPLEMENTATIONS[self.writer]
        return document

    def filled(self, value_of: Callable[[re.Match[str]], str]) -> "Step":
        """Return the step with every placeholder replaced. `value_of` returns the value of a match of PLACEHOLDER."""
        return replace(
            self,
            caller=PLACEHOLDER.sub(value_of, self.caller),
            path=PLACEHOLDER.sub(value_of, self.path),
            headers=tuple((name, PLACEHOLDER.sub(value_of, value)) for name, value in self.headers),
            body=None if self.body is None else PLACEHOLDER.sub(value_of, self.body),
        )


def as_yaml(name: str, about: str, steps: Sequence[Step]) -> str:
    """Return the sequence as YAML, which can be copied into a file in `regressions/`."""
    document = {"id": name, "about": about, "steps": [step.to_document() for step in steps]}
    return yaml.safe_dump([document], sort_keys=False, allow_unicode=True, width=10_000)
