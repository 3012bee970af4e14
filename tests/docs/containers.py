"""Parse docker-compose.yml and the Dockerfiles."""

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from harness.paths import ROOT

_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<text>[^}]*))?\}")


class VariableMissing(LookupError):
    """A variable without which Compose refuses to start; the message is the file's own."""


@dataclass(frozen=True)
class Image:
    """What a Dockerfile says."""

    base: str
    copied: list[str]
    runs: list[str]
    user: str
    command: list[str]


def image(implementation: str) -> Image:
    """The image of an implementation."""
    text = (ROOT / f"{implementation}_impl" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = [line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    said = {word: rest.strip() for word, rest in steps}
    copied = [source for word, rest in steps if word == "COPY" for source in shlex.split(rest)[:-1]]
    runs = [rest for word, rest in steps if word == "RUN"]
    return Image(said["FROM"], copied, runs, said["USER"], json.loads(said["CMD"]))


def compose(environment: Mapping[str, str]) -> dict[str, Any]:
    """The services' description with its variables filled in. Raises VariableMissing."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    document: dict[str, Any] = yaml.safe_load(_VARIABLE.sub(lambda match: _filled_in(match, environment), code))
    return document


def _filled_in(match: re.Match[str], environment: Mapping[str, str]) -> str:
    value = environment.get(match["name"], "")
    if value or match["kind"] is None:
        return value
    if match["kind"] == "?":
        raise VariableMissing(match["text"])
    return match["text"]
