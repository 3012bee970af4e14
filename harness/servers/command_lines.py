"""Command lines and environment variables of the servers, and the environment variables of their tools."""

import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from harness.paths import VARIANT_PACKAGES
from harness.ports import LOOPBACK
from harness.servers.names import ASGI, THREADS, VARIABLES, WITH_PSYCOPG_3, WSGI, Served

# How the names of the applications begin that have none of FastAPI's classes.
_DJANGO = ("django_impl.", "benchmarks.endpoints.django_", "benchmarks.variants.django_")
# Those that gunicorn serves with the implementation's own configuration. A layer differs by the application only.
_WITH_CONFIG = (*_DJANGO, "benchmarks.layers.django_application:", "benchmarks.layers.bare_wsgi:")

# The protocol classes for WebSockets, which end connections whose client does not read. FastAPI's layers and endpoints
# have that of the implementation, so that they differ by the application only.
_DJANGO_SOCKETS = "django_impl.config.sockets:application"
_SOCKETS = {
    "django": "django_impl.config.server.websockets:WebSocketProtocol",
    "fastapi": "fastapi_impl.config.websockets:WebSocketProtocol",
}
_TUTORIAL_OPTIONS = {
    "--host",
    "--port",
    "--workers",
    "--timeout-keep-alive",
    "--timeout-graceful-shutdown",
    "--log-level",
}

# Its threads never wait for a client. The benchmark's layers use it too.
_WORKER_CLASS = "django_impl.config.server.worker.BufferedThreadWorker"

# As many as gunicorn's workers accept.
_GRANIAN_CONNECTIONS = 1_000

# Both implementations sign tokens with the same key. It is not the development key, which production rejects.
SECRET_KEY = "signs-tokens-of-throwaway-databases-only"  # noqa: S105 - guards nothing but seeded data

# Variables, or prefixes of variables, that would change the servers' behaviour.
_REMOVED_VARIABLES = (
    "GUNICORN_CMD_ARGS",
    "WEB_CONCURRENCY",
    "WORKER_AFFINITY",
    "FORWARDED_ALLOW_IPS",
    "CORS_ALLOWED_ORIGINS",
    "CACHE_SECONDS",
    "REDIS_TIMEOUT_SECONDS",
    "REDIS_URL",
    "CELERY_BROKER_URL",
    "EMAIL_",
    "STAFF_EMAIL",
    "TRUSTED_PROXIES",
    "METRICS_ALLOWED",
    "PROMETHEUS_",
    "TRACES_URL",
    "OTEL_",
    "SECURE_COOKIES",
    "SOCKET_URL",
    "UVICORN_",
    "GRANIAN_",
    "DJANGO_SETTINGS_MODULE",
    "DEBUG",
    "PG",
    "PYTHONSAFEPATH",
)


@dataclass(frozen=True)
class Budget:
    """The resources of a server. `pool`: FastAPI's database connections per process; Django has one per thread.

    `cpus` are the CPUs that the server may use. None means all, as servers are deployed: with a worker for each.
    """

    workers: int = 1
    threads: int = 4
    pool: int = 4
    cpus: frozenset[int] | None = None


def server_command(served: Served, budget: Budget, port: int) -> list[str]:
    """Return the command line that serves an implementation on 127.0.0.1, or a layer with the same options.

    The tutorial shops run with the classes that gunicorn and uvicorn choose by default.
    """
    if served == "django-granian":
        return _granian(WSGI[served], budget, port, "--interface", "wsgi", "--blocking-threads", str(budget.threads))
    if served == "fastapi-granian":
        return _granian(ASGI[served], budget, port, "--interface", "asgi", "--loop", "uvloop")
    if served in ASGI:
        return _uvicorn(ASGI[served], budget, port)
    if served == "django-sync":
        # A sync worker handles one request at a time and closes the connection after the response.
        # With more than one thread, gunicorn would use gthread instead.
        return _gunicorn(WSGI[served], replace(budget, threads=1), port, worker_class="sync")
    budget = replace(budget, threads=THREADS.get(served, budget.threads))
    worker_class = "gthread" if served == "tutorial-django" else _WORKER_CLASS
    return _gunicorn(WSGI[served], budget, port, worker_class=worker_class)


def application_module(served: Served) -> str:
    """Return the name of the module that contains the application of a server."""
    application = WSGI[served] if served in WSGI else ASGI[served]
    return application.partition(":")[0]


def environment_for(
    database_url: str, budget: Budget, extra: Mapping[str, str] | None = None, *, served: Served | None = None
) -> dict[str, str]:
    """Return the environment variables of an implementation: production settings, with `extra` replacing some.

    With `served`, they include the variables and the path of this server.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(_REMOVED_VARIABLES)}
    return {
        **inherited,
        "DATABASE_URL": database_url,
        "DATABASE_POOL_SIZE": str(budget.pool),
        "SECRET_KEY": SECRET_KEY,
        "ENVIRONMENT": "production",
        "ALLOWED_HOSTS": f"{LOOPBACK},localhost",
        "LOG_LEVEL": "warning",
        # Neither tests nor measurements are limited, unless they are about limits.
        "THROTTLING": "false",
        # Most tests write to the database themselves, and the benchmark compares the work of requests.
        "CACHING": "false",
        # The servers have no TLS.
        "SECURE_COOKIES": "false",
        **(_with_variant_packages(inherited) if served in WITH_PSYCOPG_3 else {}),
        **(VARIABLES.get(served, {}) if served else {}),
        **(extra or {}),
    }


def _with_variant_packages(inherited: Mapping[str, str]) -> dict[str, str]:
    paths = [str(VARIANT_PACKAGES), inherited.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


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
        **_socket_options(application),
        "--timeout-keep-alive": 75,
        "--timeout-graceful-shutdown": 2,
        "--log-level": "warning",
    }
    if not application.startswith(_DJANGO):
        options["--log-config"] = "fastapi_impl/config/uvicorn.yaml"
    if application.startswith("tutorial_impl."):
        options = {name: value for name, value in options.items() if name in _TUTORIAL_OPTIONS}
    words = [str(word) for option in options.items() for word in option]
    # The applications read X-Forwarded-For themselves, from TRUSTED_PROXIES alone.
    return [sys.executable, "-m", "uvicorn", application, *words, "--no-access-log", "--no-proxy-headers"]
    # --8<-- [end:command-lines]


def _socket_options(application: str) -> dict[str, str | int]:
    """Return the options for WebSockets. Without a protocol, uvicorn itself would respond to `Upgrade: websocket`.

    Frames are short, so none is compressed.
    """
    if application.startswith(_DJANGO) and application != _DJANGO_SOCKETS:
        return {"--ws": "none"}
    protocol = _SOCKETS["django" if application == _DJANGO_SOCKETS else "fastapi"]
    return {"--ws": protocol, "--ws-max-size": 65_536, "--ws-per-message-deflate": "false"}


def _granian(application: str, budget: Budget, port: int, *interface: str) -> list[str]:
    options = {
        "--host": LOOPBACK,
        "--port": port,
        "--workers": budget.workers,
        # The number of open connections that a worker accepts, idle ones included. By default it also determines the
        # number of blocking threads, each of which would have a database connection.
        "--backpressure": _GRANIAN_CONNECTIONS,
        "--backlog": _GRANIAN_CONNECTIONS,
        # A blocking thread that ends would take its database connection with it.
        "--blocking-threads-idle-timeout": 600,
        "--runtime-threads": 1,
        "--http": 1,
        # Granian has no time-out for idle connections. This limit, in milliseconds, ends them too.
        "--http1-header-read-timeout": 60_000,
        "--workers-kill-timeout": 2,
        "--log-level": "warning",
    }
    words = [str(word) for option in options.items() for word in option]
    return [sys.executable, "-m", "granian", *interface, *words, "--no-ws", "--no-access-log", application]


def _memory_directory() -> str:
    shared_memory = Path("/dev/shm")  # noqa: S108 - nothing is written to it here
    return str(shared_memory) if os.access(shared_memory, os.W_OK) else tempfile.gettempdir()
