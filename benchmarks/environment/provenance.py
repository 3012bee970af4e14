"""Records the machine, versions, commit and date of a run, so that a reader can repeat it."""

import os
import platform
import re
import shutil
import subprocess
import sysconfig
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from harness.paths import ROOT
from harness.postgres.server import Server

PACKAGES = (
    *("django", "djangorestframework", "django-filter", "djangorestframework-simplejwt", "gunicorn", "psycopg2-binary"),
    *("fastapi", "starlette", "pydantic", "sqlalchemy", "asyncpg", "uvicorn", "uvloop", "httptools", "pyjwt"),
    *("argon2-cffi", "locust", "gevent", "geventhttpclient"),
)


def provenance(command: str, server: Server) -> dict[str, Any]:
    """Return the provenance of a run. It has no names of machines, users or directories.

    `command` is the command line that repeats the run.
    """
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "command": command,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "python_is_optimised": is_optimised(),
        "packages": versions(),
        "cpu": cpu_model(),
        "cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "virtual_machine": _is_virtual(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "load_average_before": [round(load, 2) for load in os.getloadavg()],
        "postgresql": server.settings(),
    }


def is_optimised() -> bool:
    """Return whether this Python was built with profile-guided optimisation, as distributions build it.

    Without it, Python code costs 1.5 times as much and C code costs the same. So the more of a framework is written in
    Python, the more its relative cost increases.
    """
    return "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")


def commit() -> str:
    """Return the commit that is checked out, followed by " with changes" if files differ; "unknown" outside of git."""
    with suppress(OSError):
        head = _git("rev-parse", "HEAD")
        changed = _git("status", "--porcelain")
        if head.returncode == 0:
            return head.stdout.strip()[:12] + (" with changes" if changed.stdout.strip() else "")
    return "unknown"


def versions() -> dict[str, str]:
    """Return the versions of those of PACKAGES that are installed."""
    installed = {}
    for package in PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            installed[package] = metadata.version(package)
    return installed


def cpu_model() -> str:
    """Return the model name of the processor."""
    with suppress(OSError):
        if name := re.search(
            r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE
        ):
            return name[1]
    return platform.processor() or platform.machine()


def _is_virtual() -> bool | None:
    with suppress(OSError):
        return " hypervisor" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    return None


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    git = shutil.which("git") or "git"
    return subprocess.run([git, *words], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", errors="replace")
