"""Installed packages and lines of code of each implementation."""

import re
from contextlib import suppress
from importlib import metadata
from typing import Any

from benchmarks.environment.lines_of_code import ADAPTER, CONFIG, IMPLEMENTATIONS, lines_by_part

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def code_sizes() -> dict[str, dict[str, Any]]:
    """Return, by implementation, the number and size in bytes of its packages, and its lines of code.

    Packages are those of `requirements.lock` that are installed. `adapter_lines` are the lines of `common/`.
    """
    return {name: _code_size(name) for name in IMPLEMENTATIONS}


def _code_size(name: str) -> dict[str, Any]:
    lock = (IMPLEMENTATIONS[name] / "requirements.lock").read_text(encoding="utf-8")
    sizes = [size for package in _PINNED.findall(lock) if (size := _installed_bytes(package)) is not None]
    lines = lines_by_part(IMPLEMENTATIONS[name])
    return {
        "packages": len(sizes),
        "installed_bytes": sum(sizes),
        "feature_lines": sum(number for part, number in lines.items() if part not in (ADAPTER, CONFIG)),
        "adapter_lines": lines[ADAPTER],
    }


def _installed_bytes(package: str) -> int | None:
    """Return the size of a package's files according to its RECORD, None if it is not installed on this platform."""
    with suppress(metadata.PackageNotFoundError):
        return sum(file.size or 0 for file in metadata.files(package) or ())
    return None
