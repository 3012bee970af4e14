"""Command lines and environment variables of the implementations, the tutorial shops and the benchmark's layers."""

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
    "django-tutorial-persistent",
    "django-drf",
    "django-orm",
    "django-orm-cached",
    "django-raw",
    "bare-wsgi",
    "fastapi-tutorial",
    "fastapi-pydantic",
    "fastapi-sqlalchemy",
    "fastapi-raw",
    "bare",
]
# An implementation with the endpoints of `benchmarks/endpoints`, which exist only to be measured.
WithEndpoints = Literal["django-endpoints", "django-asgi-endpoints", "fastapi-endpoints"]
Tutorial = Literal["tutorial-django", "tutorial-fastapi"]
Served = Implementation | Layer | WithEndpoints | Tutorial

# Gunicorn serves the applications of _WSGI, and uvicorn those of _ASGI.
_WSGI: dict[Served, str] = {
    "django": "django_impl.config.wsgi:application",
    "django-sync": "django_impl.config.wsgi:application",
    "django-endpoints": "benchmarks.endpoints.django_wsgi:application",
    "tutorial-django": "tutorial_impl.django_shop.wsgi:application",
    "django-tutorial": "benchmarks.layers.django_tutorial:application",
    "django-tutorial-persistent": "benchmarks.layers.django_tutorial_persistent:application",
    "django-drf": "benchmarks.layers.django_application:create('django_drf')",
    "django-orm": "benchmarks.layers.django_application:create('django_orm')",
    "django-orm-cached": "benchmarks.layers.django_application:create_with_compiled_queries('django_orm')",
    "django-raw": "benchmarks.layers.django_application:create('django_raw')",
    "bare-wsgi": "benchmarks.layers.bare_wsgi:application",
}
_ASGI: dict[Served, str] = {
    "django-asgi": "django_impl.config.asgi:application",
    "fastapi": "fastapi_impl.main:app",
    "django-asgi-endpoints": "benchmarks.endpoints.django_asgi:application",
    "fastapi-endpoints": "benchmarks.endpoints.fastapi_app:app",
    "tutorial-fastapi": "tutorial_impl.fastapi_shop.app:app",
    "fastapi-tutorial": "benchmarks.layers.fastapi_tutorial:app",
    "fastapi-pydantic": "benchmarks.layers.fastapi_pydantic:app",
    "fastapi-sqlalchemy": "benchmarks.layers.fastapi_sqlalchemy:app",
    "fastapi-raw": "benchmarks.layers.fastapi_raw:app",
    "bare": "benchmarks.layers.bare:app",
}

# How the names of the Django implementation's applications begin.
_DJANGO = ("django_impl.", "benchmarks.endpoints.django_")
# Those that gunicorn serves with the implementation's own configuration. A layer differs by the application only.
_WITH_CONFIG = (*_DJANGO, "benchmarks.layers.django_application:", "benchmarks.layers.bare_wsgi:")

# Its threads never wait for a client. The benchmark's layers use it too.
_WORKER_CLASS = "django_impl.config.server.worker.BufferedThreadWorker"

# Both implementations sign tokens with the same key. It is not the development key, which production rejects.
SECRET_KEY = "signs-tokens-of-throwaway-databases-only"  # noqa: S105 - guards nothing but seeded data

# Variables, or prefixes of variables, that would change the servers' behaviour.
_REMOVED_VARIABLES = (
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
    """The resources of a server. `pool`: FastAPI's database connections per process; Django has one per thread.

    `cpus` are the CPUs that the server may use, None for all.
    """

    workers: int = 1
    threads: int = 4
    pool: int = 4
    cpus: frozenset[int] | None = None


def server_command(served: Served, budget: Budget, port: int) -> list[str]:
    """Return the command line that serves an implementation on 127.0.0.1, or a layer with the same options.

    The tutorial shops run with the classes that gunicorn and uvicorn choose by default.
    """
    if served in _ASGI:
        return _uvicorn(_ASGI[served], budget, port)
    if served == "django-sync":
        # A sync worker handles one request at a time and closes the connection after the response.
        # With more than one thread, gunicorn would use gthread instead.
        return _gunicorn(_WSGI[served], replace(budget, threads=1), port, worker_class="sync")
    worker_class = "gthread" if served == "tutorial-django" else _WORKER_CLASS
    return _gunicorn(_WSGI[served], budget, port, worker_class=worker_class)


def environment_for(database_url: str, budget: Budget, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment variables of an implementation: production settings, with `extra` replacing some."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_REMOVED_VARIABLES)}
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
        # The heartbeat is a file. On a busy disk, a write to it would block the workers.
        "--worker-tmp-dir": _memory_directory(),
    }
    if application.startswith(_WITH_CONFIG):
        options["--config"] = "python:django_impl.config.gunicorn"
    words = [str(word) for option in options.items() for word in option]
    return [sys.executable, "-m", "gunicorn", application, *words, "--no-control-socket"]


def _uvicorn(application: str, budget: Budget, port: int) -> list[str]:
    options = {
        "--host": LOOPBACK,
        "--port": port,
        "--workers": budget.workers,
        "--loop": "uvloop",
        # FastAPI's layers use the protocol class of the implementation. Django under ASGI uses uvicorn's own.
        "--http": "httptools" if application.startswith(_DJANGO) else "fastapi_impl.config.protocol:HttpProtocol",
        # No endpoint is a WebSocket. Without this option, uvicorn itself responds to `Upgrade: websocket`.
        "--ws": "none",
        "--timeout-keep-alive": 75,
        "--timeout-graceful-shutdown": 2,
        "--log-level": "warning",
    }
    if application.startswith("tutorial_impl."):
        options = {name: value for name, value in options.items() if name not in {"--loop", "--http", "--ws"}}
    words = [str(word) for option in options.items() for word in option]
    return [sys.executable, "-m", "uvicorn", application, *words, "--no-access-log"]
    # --8<-- [end:command-lines]


def _memory_directory() -> str:
    shared_memory = Path("/dev/shm")  # noqa: S108 - nothing is written to it here
    return str(shared_memory) if os.access(shared_memory, os.W_OK) else tempfile.gettempdir()
