"""Run a Python module with what `.env` sets: `python -m harness.dotenv -m MODULE ARGUMENT...`. `make` does so.

Values are read as docker compose reads them: no shell sees them. What the environment sets comes first.
"""

import os
import re
import sys
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from string import Template

from dotenv.parser import Binding, parse_stream

from harness.paths import ROOT

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class UnreadableDotenv(ValueError):
    """A line of the file is not `NAME=value`; the message names the line, and not the value, which may be secret."""


def added_by(file: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """What a file sets of that which the environment does not; nothing without a file. Raises UnreadableDotenv."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UnreadableDotenv(f"{file} cannot be read: {reason}.") from error
    added: dict[str, str] = {}
    for binding in parse_stream(StringIO(text)):
        if binding.key is None and not binding.error:
            continue  # a comment, or the blank lines at the end
        name, value = _read(binding, file, {**added, **environment})
        if name not in environment:
            added[name] = value
    return added


def _read(binding: Binding, file: Path, known: Mapping[str, str]) -> tuple[str, str]:
    name, value, written = binding.key or "", binding.value, binding.original.string
    blank = len(written) - len(written.lstrip())
    line = f"{file}, line {binding.original.line + written.count('\n', 0, blank)}"
    if binding.error or value is None or "\0" in value or not _NAME.fullmatch(name):
        raise UnreadableDotenv(f"{line}: this is not NAME=value.")
    if written.partition("=")[2].lstrip().startswith("'"):
        return name, value
    try:
        return name, Template(value).substitute(known)
    except (KeyError, ValueError) as error:
        remedy = "$NAME and ${NAME} stand for a variable that is set, '...' keeps every $ as it is"
        raise UnreadableDotenv(f"{line}: a $ in the value of {name} cannot be replaced: {remedy}.") from error


def main() -> None:
    """Become the Python that runs the module; a file that cannot be read ends it with one line."""
    try:
        environment = {**os.environ, **added_by(ROOT / ".env", os.environ)}
    except UnreadableDotenv as error:
        sys.exit(str(error))
    os.execve(sys.executable, [sys.executable, *sys.argv[1:]], environment)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main()
