"""Run a Python module with the variables of `.env`: `python -m harness.dotenv -m MODULE ARGUMENT...`.

The Makefile uses it. `.env` has the syntax of docker compose, and no shell interprets it. A variable of the
environment takes precedence over the file.
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


class InvalidDotenv(ValueError):
    """A line is not `NAME=value`. The message has the number of the line, and not the value, which may be secret."""


def new_variables(file: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of the file that the environment does not set; none if there is no file.

    Raises InvalidDotenv.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InvalidDotenv(f"{file} cannot be read: {reason}.") from error
    added: dict[str, str] = {}
    for binding in parse_stream(StringIO(text)):
        if binding.key is None and not binding.error:
            continue  # a comment, or the blank lines at the end
        name, value = _parse(binding, file, {**added, **environment})
        if name not in environment:
            added[name] = value
    return added


def _parse(binding: Binding, file: Path, known: Mapping[str, str]) -> tuple[str, str]:
    name, value, source = binding.key or "", binding.value, binding.original.string
    # The binding's source begins with the blank lines before it.
    blank = len(source) - len(source.lstrip())
    line = f"{file}, line {binding.original.line + source.count('\n', 0, blank)}"
    if binding.error or value is None or "\0" in value or not _NAME.fullmatch(name):
        raise InvalidDotenv(f"{line}: this is not NAME=value.")
    if source.partition("=")[2].lstrip().startswith("'"):
        return name, value
    try:
        return name, Template(value).substitute(known)
    except (KeyError, ValueError) as error:
        remedy = "use $NAME or ${NAME} for a variable that is set, or '...' to keep every $ as it is"
        raise InvalidDotenv(f"{line}: a $ in the value of {name} cannot be replaced: {remedy}.") from error


def main() -> None:
    """Replace this process with the Python that runs the module. An invalid file exits with a message of one line."""
    try:
        environment = {**os.environ, **new_variables(ROOT / ".env", os.environ)}
    except InvalidDotenv as error:
        sys.exit(str(error))
    os.execve(sys.executable, [sys.executable, *sys.argv[1:]], environment)  # noqa: S606 - no shell, on purpose


if __name__ == "__main__":
    main()
