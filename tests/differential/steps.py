"""One request of a sequence, in a form that both implementations can be asked, and that can be kept as a case."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import yaml

from tests.contract.observed import IMPLEMENTATIONS

# `<pending>` is a name of the world; `<3/id>` what each implementation answered to step 3 at that JSON pointer.
PLACEHOLDER = re.compile(r"<(?:(\d+)(/[^<>]*)|([a-z_0-9]+))>")

type Kept = dict[str, Any]


def answer_of(step: int, pointer: str) -> str:
    """The placeholder of a value that an implementation answered."""
    return f"<{step}{pointer}>"


@dataclass(frozen=True)
class Step:
    """Who asks what. `caller` is an account of the world, `anonymous`, or the placeholder of an access token.

    Where both implementations share one database, `writer` (0 or 1) is the one through which the step writes.
    """

    caller: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    writer: int = 0

    @classmethod
    def read(cls, kept: Kept) -> "Step":
        """The step that `write` wrote."""
        headers: Mapping[str, str] = kept.get("headers", {})
        writer = IMPLEMENTATIONS.index(kept.get("through", IMPLEMENTATIONS[0]))
        return cls(kept["as"], kept["method"], kept["path"], tuple(headers.items()), kept.get("raw"), writer)

    def write(self) -> Kept:
        """What is kept of it in a file of cases."""
        written: Kept = {"as": self.caller, "method": self.method, "path": self.path}
        if self.headers:
            written["headers"] = dict(self.headers)
        if self.body is not None:
            written["raw"] = self.body
        if self.writer:
            written["through"] = IMPLEMENTATIONS[self.writer]
        return written

    def filled(self, meaning: Callable[[re.Match[str]], str]) -> "Step":
        """The same step with every placeholder replaced by what it means."""
        return replace(
            self,
            caller=PLACEHOLDER.sub(meaning, self.caller),
            path=PLACEHOLDER.sub(meaning, self.path),
            headers=tuple((name, PLACEHOLDER.sub(meaning, value)) for name, value in self.headers),
            body=None if self.body is None else PLACEHOLDER.sub(meaning, self.body),
        )


def as_case(name: str, about: str, steps: Sequence[Step]) -> str:
    """The sequence as YAML, to be pasted into a file of kept sequences."""
    written = {"id": name, "about": about, "steps": [step.write() for step in steps]}
    return yaml.safe_dump([written], sort_keys=False, allow_unicode=True, width=10_000)
