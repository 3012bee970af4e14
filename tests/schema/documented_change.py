"""Apply the example of docs/change-the-schema.md: the changes of files, and the commands below each heading."""

import re
import shlex
from pathlib import Path

from harness.paths import ROOT

PAGE = ROOT / "docs/change-the-schema.md"
_BLOCK = re.compile(r'^```(?P<language>\w+) title="(?P<path>[^"]+)"\n(?P<code>.*?)^```$', re.MULTILINE | re.DOTALL)
_COMMANDS = re.compile(r"^## (?P<heading>.+)\n\n```sh\n(?P<lines>.*?)^```$", re.MULTILINE | re.DOTALL)


def apply_to(copy: Path) -> Path:
    """Apply the changes of the page to a copy of the repository, and return the copy.

    Raises ValueError if a change does not apply.
    """
    for block in _BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        path = copy / block["path"]
        if block["language"] == "diff":
            path.write_text(_changed(path.read_text(encoding="utf-8"), block["code"]), encoding="utf-8")
        else:
            path.write_text(block["code"], encoding="utf-8")
    return copy


def _changed(text: str, diff: str) -> str:
    lines = diff.splitlines(keepends=True)
    old, new = ("".join(line[1:] for line in lines if line[0] in kinds) for kinds in ("- ", "+ "))
    if text.count(old) != 1:
        raise ValueError(f"found {text.count(old)} times instead of once:\n{old}")
    return text.replace(old, new)


def commands(heading: str) -> list[list[str]]:
    """Return the commands below the heading that contains this text, each without `python`."""
    (lines,) = (
        found["lines"] for found in _COMMANDS.finditer(PAGE.read_text(encoding="utf-8")) if heading in found["heading"]
    )
    return [shlex.split(line)[1:] for line in lines.splitlines()]
