"""The corpus in `shared_contract/cases/`, read once: groups of cases, each a request and the answer it must get."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.contract_lint import CONTRACT, Node

FOLDER = CONTRACT / "cases"
BODIES = {"json", "raw", "base64", "form"}
OF_THE_BODY = {*BODIES, "set", "drop", "chunks"}
CALLERS = {"as", "token", "authorization"}
REQUEST = {*OF_THE_BODY, *CALLERS, "method", "path", "query", "headers"}


class Loader(yaml.CSafeLoader):
    """YAML in which dates are text, as they are in JSON."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Case:
    """One case: a request, and perhaps others before and after it."""

    id: str
    group: str
    default: Node
    content: Node

    @property
    def main(self) -> Node:
        """The request in question, and the answer to it."""
        return inherited(self.default, self.content)

    @property
    def before(self) -> list[Node]:
        """The requests that go before it; each takes over what it does not say."""
        return self._around("before")

    @property
    def after(self) -> list[Node]:
        """The requests that show what has become of it."""
        return self._around("after")

    def _around(self, key: str) -> list[Node]:
        request = {name: value for name, value in self.main.items() if name in REQUEST}
        return [inherited(request, step) for step in self.content.get(key, [])]


def inherited(request: Node, step: Node) -> Node:
    """The step with all that it takes over from a request: a body, a caller, a path with its query go as a whole."""
    kept = dict(request)
    if BODIES & step.keys():
        kept = {key: value for key, value in kept.items() if key not in OF_THE_BODY}
    if CALLERS & step.keys():
        kept = {key: value for key, value in kept.items() if key not in CALLERS or (key == "as" and "as" not in step)}
    if "path" in step:
        kept.pop("query", None)
    headers = {**kept.get("headers", {})}
    for name, value in step.get("headers", {}).items():
        for other in [key for key in headers if key.lower() == name.lower()]:
            del headers[other]
        headers[name] = value
    return {**kept, **step, "headers": headers}


def files() -> Iterator[tuple[Path, Any]]:
    """Every case file with what it says."""
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name != "world.yaml":
            yield path, yaml.load(path.read_text(encoding="utf-8"), Loader)


def read_cases() -> list[Case]:
    """The whole corpus, in order."""
    return [
        Case(content["id"], file["group"], file["default"], content) for _, file in files() for content in file["cases"]
    ]
