"""Command lines and environment of the implementations, of their tools, and of the benchmark's layers."""

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from harness.ports import LOOPBACK

Implementation = Literal["django", "django-sync", "django-asgi", "fastapi"]
Layer = Literal[
    "django-tutorial",
    "django-without-serializer",
    "django-raw",
    "fastapi-tutorial",
    "fastapi-without-serializer",
    "fastapi-raw",
    "bare",
]
Served = Implementation | Layer

# What gunicorn serves, and what uvicorn does: the implementations, then the layers.
_WSGI: dict[Served, str] = {
    "django": "django_impl.config.wsgi:application",
    "django-sync": "django_impl.config.wsgi:application",
    "django-tutorial": "benchmarks.layers.django_tutorial:application",
    "django-without-serializer": "benchmarks.layers.django_without_serializer:application",
    "django-raw": "benchmarks.layers.django_raw:application",
}
_ASGI: dict[Served, str] = {
    "django-asgi": "django_impl.config.asgi:application",
    "fastapi": "fastapi_impl.main:app",
    "fastapi-tutorial": "benchmarks.layers.fastapi_tutorial:app",
    "fastapi-without-serializer": "benchmarks.layers.fastapi_without_serializer:app",
    "fastapi-raw": "benchmarks.layers.fastapi_raw:app",
    "bare": "benchmarks.layers.bare:app",
}

# A thread of it never waits for a client; the framework layers are served by it as well.
_WORKER_CLASS = "django_impl.config.server.worker.BufferedThreadWorker"

# Both implementations sign with it, as they must. Not the development secret: production refuses that one.
SECRET_KEY = "signs-tokens-of-throwaway-databases-only"  # noqa: S105 - guards nothing but seeded data

# Variables by which a shell would change the servers below unseen.
_MEDDLING = (
    "GUNICORN_CMD_ARGS",
    "WEB_CONCURRENCY",
    "FORWARDED_ALLOW_IPS",
    "UVICORN_",
    "DJANGO_SETTINGS_MODULE",
    "DEBUG",
    "PG",
    "PYTHONSAFEPATH",
)


@dataclass(frozen=True)
class Budget:
    """What a server may use. `pool` is FastAPI's connections per process; gunicorn has one per thread."""

    workers: int = 1
    threads: int = 4
    pool: int = 4
    cpus: frozenset[int] | None = None


def server_command(served: Served, budget: Budget, port: int) -> list[str]:
    """The command line that serves an implementation, or a layer with the same options, on 127.0.0.1."""
    if served in _ASGI:
        return _uvicorn(_ASGI[served], budget, port)
    if served == "django-sync":
        # Such a worker has one request and one connection at a time, and closes after each answer: no keep-alive.
        # With more than one thread, gunicorn would take it for gthread.
        return _gunicorn(_WSGI[served], replace(budget, threads=1), port, worker_class="sync")
    return _gunicorn(_WSGI[served], budget, port)


def environment_for(database_url: str, budget: Budget, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of an implementation: production settings, which are compared, plus `extra`."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_MEDDLING)}
    return {
        **inherited,
        "DATABASE_URL": database_url,
        "DATABASE_POOL_SIZE": str(budget.pool),
        "SECRET_KEY": SECRET_KEY,
        "ENVIRONMENT": "production",
        "ALLOWED_HOSTS": f"{LOOPBACK},localhost",
        "LOG_LEVEL": "warning",
        **(extra or {}),
    }


# --8<-- [start:command-lines]
def _gunicorn(application: str, budget: Budget, port: int, *, worker_class: str = _WORKER_CLASS) -> list[str]:
    options = {
        "--bind": f"{LOOPBACK}:{port}",
        "--worker-class": worker_class,
        "--workers": budget.workers,
        "--threads": budget.threads,
        "--keep-alive": 75,
        "--graceful-timeout": 2,
        "--log-level": "warning",
        # The heartbeat is a file: on a disk, a busy one stalls the workers.
        "--worker-tmp-dir": _memory_directory(),
    }
    if application.startswith("django_impl."):
        options["--config"] = "python:django_impl.config.gunicorn"
    words = [str(word) for option in options.items() for word in option]
    return [sys.executable, "-m", "gunicorn", application, *words, "--no-control-socket"]


def _uvicorn(application: str, budget: Budget, port: int) -> list[str]:
    options = {
        "--host": LOOPBACK,
        "--port": port,
        "--workers": budget.workers,
        "--loop": "uvloop",
        # The framework layers are served as the implementation is; Django under ASGI as uvicorn comes.
        "--http": "httptools"
        if application.startswith("django_impl.")
        else "fastapi_impl.config.protocol:HttpProtocol",
        # There is no WebSocket yet: without this, `Upgrade: websocket` gets an answer of uvicorn's own.
        "--ws": "none",
        "--timeout-keep-alive": 75,
        "--timeout-graceful-shutdown": 2,
        "--log-level": "warning",
    }
    words = [str(word) for option in options.items() for word in option]
    return [sys.executable, "-m", "uvicorn", application, *words, "--no-access-log"]
    # --8<-- [end:command-lines]


def _memory_directory() -> str:
    shared_memory = Path("/dev/shm")  # noqa: S108 - only asked whether it is there
    return str(shared_memory) if os.access(shared_memory, os.W_OK) else tempfile.gettempdir()
