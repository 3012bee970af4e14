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
    """A required variable of docker-compose.yml is not set. The message is the one in the file."""


@dataclass(frozen=True)
class Image:
    """The instructions of a Dockerfile."""

    base: str
    copied: list[str]
    runs: list[str]
    user: str
    command: list[str]


def image(implementation: str) -> Image:
    """Return the instructions of an implementation's Dockerfile."""
    text = (ROOT / f"{implementation}_impl" / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = [line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    instructions = {word: rest.strip() for word, rest in steps}
    copied = [source for word, rest in steps if word == "COPY" for source in shlex.split(rest)[:-1]]
    runs = [rest for word, rest in steps if word == "RUN"]
    return Image(instructions["FROM"], copied, runs, instructions["USER"], json.loads(instructions["CMD"]))


def compose(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the parsed docker-compose.yml with its variables replaced. Raises VariableMissing."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    document: dict[str, Any] = yaml.safe_load(_VARIABLE.sub(lambda match: _value(match, environment), code))
    return document


def _value(match: re.Match[str], environment: Mapping[str, str]) -> str:
    value = environment.get(match["name"], "")
    if value or match["kind"] is None:
        return value
    if match["kind"] == "?":
        raise VariableMissing(match["text"])
    return match["text"]
