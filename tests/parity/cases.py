"""Read the corpus of cases from `shared_contract/cases/`. A case is a request and the expected response."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.contract_lint import CONTRACT, Node

FOLDER = CONTRACT / "cases"
SEED_DATA_FILE = FOLDER / "seed-data.yaml"
BODIES = {"json", "raw", "base64", "form", "parts"}
BODY_KEYS = {*BODIES, "set", "drop", "chunks"}
AUTHORIZATION_KEYS = {"as", "token", "authorization"}
REQUEST_KEYS = {*BODY_KEYS, *AUTHORIZATION_KEYS, "method", "path", "query", "headers"}


class Loader(yaml.CSafeLoader):
    """A YAML loader that reads dates as text, because JSON has no dates."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Case:
    """One case: the main request, and optional requests before and after it."""

    id: str
    group: str
    default: Node
    content: Node

    @property
    def main(self) -> Node:
        """The main request and its expected response."""
        return inherit(self.default, self.content)

    @property
    def before(self) -> list[Node]:
        """The requests that are sent before the main request. They inherit from it the keys that they do not set."""
        return self._around("before")

    @property
    def after(self) -> list[Node]:
        """The requests that check the effects of the main request."""
        return self._around("after")

    def _around(self, key: str) -> list[Node]:
        request = {name: value for name, value in self.main.items() if name in REQUEST_KEYS}
        return [inherit(request, step) for step in self.content.get(key, [])]


def inherit(request: Node, step: Node) -> Node:
    """Return the step with the keys that it inherits from the request.

    A body, an account, and a path with its query are inherited as a whole. Headers are inherited one by one.
    """
    inherited = dict(request)
    if BODIES & step.keys():
        inherited = {key: value for key, value in inherited.items() if key not in BODY_KEYS}
    if AUTHORIZATION_KEYS & step.keys():
        inherited = {
            key: value
            for key, value in inherited.items()
            if key not in AUTHORIZATION_KEYS or (key == "as" and "as" not in step)
        }
    if "path" in step:
        inherited.pop("query", None)
    headers = dict(inherited.get("headers", {}))
    for name, value in step.get("headers", {}).items():
        for other in [key for key in headers if key.lower() == name.lower()]:
            del headers[other]
        headers[name] = value
    return {**inherited, **step, "headers": headers}


def case_files() -> Iterator[tuple[Path, Any]]:
    """Yield the path and the content of every case file."""
    for path in sorted(FOLDER.glob("*.yaml")):
        if path != SEED_DATA_FILE:
            yield path, yaml.load(path.read_text(encoding="utf-8"), Loader)


def read_cases() -> list[Case]:
    """Return all cases, in the order of the files."""
    return [
        Case(content["id"], file["group"], file["default"], content)
        for _, file in case_files()
        for content in file["cases"]
    ]
