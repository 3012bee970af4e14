"""What a wing weighs before it answers anything: the packages that its lock names, and its lines of code."""

import re
from contextlib import suppress
from importlib import metadata
from typing import Any

from benchmarks.lines import ADAPTER, CONFIG, WINGS, lines_by_part

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)


def footprints() -> dict[str, dict[str, Any]]:
    """By wing: packages of its lock that are installed here, their bytes, lines of features and of the adapter."""
    return {name: _footprint(name) for name in WINGS}


def _footprint(name: str) -> dict[str, Any]:
    lock = (WINGS[name] / "requirements.lock").read_text(encoding="utf-8")
    sizes = [size for package in _PINNED.findall(lock) if (size := _installed_bytes(package)) is not None]
    lines = lines_by_part(WINGS[name])
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
