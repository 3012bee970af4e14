"""Servers that a reader adds: a TOML file says how to start one, and it then runs like the implementations."""

import os
import re
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from harness.servers.command_lines import Budget
from harness.servers.names import is_served

READY_PATH = "/readyz"
REQUIRED, OPTIONAL = ("name", "command"), ("environment", "ready", "directory")
PLACEHOLDERS = ("port", "workers", "threads")
# The harness sets these: the server must use the database and the key that it is given.
RESERVED_VARIABLES = ("DATABASE_URL", "SECRET_KEY")
_NAME = re.compile(r"[a-z][a-z0-9.-]{0,39}")


class BadImplementation(ValueError):
    """A file does not describe a server. The message names the file and says what to change."""


@dataclass(frozen=True)
class AddedServer:
    """A server that a file describes.

    `command` and the values of `environment` may contain the placeholders {port}, {workers} and {threads}. The command
    runs in `directory`. The server is ready when it responds with 200 to a GET request for the path `ready`.
    """

    file: str
    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    ready: str
    directory: str

    def command_line(self, budget: Budget, port: int) -> list[str]:
        """Return the command with its values for this budget and port."""
        return [_filled(word, budget, port) for word in self.command]

    def variables(self, budget: Budget, port: int) -> dict[str, str]:
        """Return its own environment variables with their values for this budget and port."""
        return {name: _filled(value, budget, port) for name, value in self.environment.items()}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "AddedServer":
        """Create it from the result of `dataclasses.asdict`, also after it was JSON. Raises TypeError, KeyError."""
        return cls(**{**values, "command": tuple(values["command"])})


def read_added(paths: Sequence[Path]) -> tuple[AddedServer, ...]:
    """Read the files of servers with different names. Raises BadImplementation."""
    servers: dict[str, AddedServer] = {}
    for path in paths:
        server = read_server(path)
        if server.name in servers:
            raise BadImplementation(f'{path}: {servers[server.name].file} has the name "{server.name}" too')
        servers[server.name] = server
    return tuple(servers.values())


def read_server(path: Path) -> AddedServer:
    """Read the file of one server. `directory` is relative to the file's own. Raises BadImplementation."""
    try:
        return _server(path, tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BadImplementation(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadImplementation(f"{path} is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise BadImplementation(f"{path} is not TOML: {error}") from error
    except BadImplementation as error:
        raise BadImplementation(f"{path}: {error}") from error


def _server(path: Path, content: Mapping[str, Any]) -> AddedServer:
    if missing := [key for key in REQUIRED if key not in content]:
        raise BadImplementation(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    if unknown := [key for key in content if key not in REQUIRED + OPTIONAL]:
        raise BadImplementation(f"unknown {', '.join(unknown)}; the keys are {', '.join(REQUIRED + OPTIONAL)}")
    command, environment = _command(content["command"]), _environment(content.get("environment", {}))
    words = [*command, *environment.values()]
    placeholders = [name for word in words for name in _placeholders(word)]
    if "port" not in placeholders:
        raise BadImplementation("the command or the environment must contain {port}, on which the server listens")
    ready = content.get("ready", READY_PATH)
    if not isinstance(ready, str) or not ready.startswith("/"):
        raise BadImplementation(f'ready must be a path that begins with "/", such as "{READY_PATH}", not {ready!r}')
    directory = _directory(path, content.get("directory", "."))
    _require_program(command[0], directory, environment)
    return AddedServer(str(path), _name(content["name"]), command, environment, ready, str(directory))


def _name(name: Any) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise BadImplementation(
            f"the name must be 1 to 40 lower-case letters, digits, dots and hyphens, and begin with a letter: {name!r}"
        )
    if is_served(name):
        raise BadImplementation(f'the name "{name}" is taken by a server of this repository; choose another one')
    return name


def _command(words: Any) -> tuple[str, ...]:
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words) or not words[0]:
        raise BadImplementation('command must be a list of words, such as ["./server", "--port", "{port}"]')
    return tuple(words)


def _environment(values: Any) -> Mapping[str, str]:
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise BadImplementation('environment must be a table of strings, such as PORT = "{port}"')
    if reserved := [name for name in RESERVED_VARIABLES if name in values]:
        raise BadImplementation(f"environment must not contain {' and '.join(reserved)}: the harness sets them")
    return values


def _placeholders(word: str) -> list[str]:
    """Return the placeholders in a word. Raises BadImplementation if one is unknown."""
    try:
        fields = [(name, form, conversion) for _, name, form, conversion in Formatter().parse(word)]
    except ValueError as error:
        raise BadImplementation(f'"{word}": {error}; write {{{{ and }}}} for braces') from error
    found = [(name, form, conversion) for name, form, conversion in fields if name is not None]
    if bad := [name for name, form, conversion in found if name not in PLACEHOLDERS or form or conversion]:
        known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
        raise BadImplementation(
            f'"{word}": unknown placeholder {{{bad[0]}}}; the placeholders are {known}, and {{{{ and }}}} are braces'
        )
    return [name for name, *_ in found]


def _directory(path: Path, relative: Any) -> Path:
    if not isinstance(relative, str) or not (directory := path.resolve().parent / relative).is_dir():
        raise BadImplementation(f"directory must be the path of a directory, relative to the file's: {relative!r}")
    return directory.resolve()


def _require_program(program: str, directory: Path, environment: Mapping[str, str]) -> None:
    # A program with a slash is relative to the directory. Others are searched for on the server's own PATH.
    search = environment.get("PATH", os.environ.get("PATH"))
    if shutil.which(str(directory / program) if "/" in program else program, path=search) is None:
        where = f"in {directory}" if "/" in program else "on the PATH"
        raise BadImplementation(f'the command "{program}" was not found {where}, or cannot be executed')


def _filled(word: str, budget: Budget, port: int) -> str:
    return word.format(port=port, workers=budget.workers, threads=budget.threads)
