"""Installed packages and lines of code of each implementation."""

import re
from contextlib import suppress
from importlib import metadata
from typing import Any

from benchmarks.environment.lines_of_code import ADAPTER, CONFIG, IMPLEMENTATIONS, lines_by_part

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def code_sizes() -> dict[str, dict[str, Any]]:
    """For each implementation: installed packages of its lock, their bytes, lines of features and of `common/`."""
    return {name: _footprint(name) for name in IMPLEMENTATIONS}


def _footprint(name: str) -> dict[str, Any]:
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
    """Bytes of a package's files as its own record names them, None where it is not installed on this platform."""
    with suppress(metadata.PackageNotFoundError):
        return sum(file.size or 0 for file in metadata.files(package) or ())
    return None
