"""Run both implementations on one database in the foreground: `make up`."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import combinations
from typing import Literal, get_args

from rich.console import Console

from harness.databases import demo
from harness.dataset import ADMIN, CUSTOMER_PASSWORD, SHOPPER, customer
from harness.paths import BadSetting, default_data_dir
from harness.ports import LOOPBACK, PortTaken, port_setting, require_free
from harness.postgres.server import Server, postgres
from harness.processes.records import UP, live_records, process_record
from harness.servers.background import ROLES, background
from harness.servers.guarded import RunningProgram
from harness.servers.names import Sockets
from harness.servers.server import RunningServer, ServerFailed, serve

Implementation = Literal["django", "fastapi"]
type Ports = Mapping[Implementation | Sockets, int]

PORTS: dict[Implementation | Sockets, tuple[str, int]] = {
    "django": ("DJANGO_PORT", 8001),
    "fastapi": ("FASTAPI_PORT", 8002),
    "django-sockets": ("DJANGO_WS_PORT", 8003),
}
IMPLEMENTATIONS: tuple[Implementation, ...] = get_args(Implementation)
_SOCKET_PATH = "/ws/notifications"
_DEVELOPMENT = {
    "ENVIRONMENT": "development",
    "SECRET_KEY": "development-secret-key-not-for-production",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "LOG_LEVEL": "info",
    "THROTTLING": "true",
    "CACHING": "true",
}
# Settings without a default here, which `serve` would leave out.
_OPTIONAL = (
    *(
        "CACHE_SECONDS",
        "CELERY_BROKER_URL",
        "CORS_ALLOWED_ORIGINS",
        "DATABASE_POOL_SIZE",
        "DEBUG",
        "EMAIL_FROM",
        "EMAIL_URL",
    ),
    *("MEDIA_DIR", "METRICS_ALLOWED", "PROMETHEUS_MULTIPROC_DIR", "REDIS_TIMEOUT_SECONDS", "REDIS_URL"),
    *("SECURE_COOKIES", "STAFF_EMAIL", "TRACES_URL", "TRUSTED_PROXIES", "WORKER_AFFINITY"),
)


def run(console: Console) -> None:
    """Run PostgreSQL and both implementations until Ctrl-C, and print their addresses.

    Raises BadSetting, PortTaken, PostgresUnavailable, ServerFailed.
    """
    try:
        with _both_implementations(console) as (server, implementations, behind):
            console.print(_addresses(server, implementations, behind), soft_wrap=True)
            console.print("Ctrl-C stops everything and keeps the data.")
            watch([*implementations, *behind])
    except KeyboardInterrupt:
        console.print("Stopped.")


def configured_ports() -> Ports:
    """Return the port of each server, from the environment or the default. Raises BadSetting."""
    ports = {name: port_setting(variable, default) for name, (variable, default) in PORTS.items()}
    for first, second in combinations(PORTS, 2):
        if ports[first] == ports[second]:
            variables = f"{PORTS[first][0]} and {PORTS[second][0]}"
            raise BadSetting(f"{variables} are both {ports[first]}: set them to different ports.")
    return ports


def implementation_ports() -> Mapping[Implementation, int]:
    """Return the ports of the two servers of the API. Raises BadSetting."""
    ports = configured_ports()
    return {name: ports[name] for name in IMPLEMENTATIONS}


def development_environment() -> dict[str, str]:
    """Return the settings of both implementations: those of development, replaced by variables of the environment."""
    names = (*_DEVELOPMENT, *_OPTIONAL)
    environment = _DEVELOPMENT | {name: os.environ[name] for name in names if os.environ.get(name)}
    environment = {"MEDIA_DIR": str(default_data_dir() / "media")} | environment
    environment["ENVIRONMENT"] = "development"
    environment["ALLOWED_HOSTS"] += f",{LOOPBACK}"  # `serve` sends its requests for /readyz to this host
    return environment


@contextmanager
def _both_implementations(console: Console) -> Iterator[tuple[Server, list[RunningServer], list[RunningProgram]]]:
    with ExitStack() as stack:
        ports = configured_ports()
        _require_free(ports)
        stack.enter_context(process_record(UP, os.getpid()))
        with console.status("Starting PostgreSQL and its demo data"):
            server = stack.enter_context(postgres())
            url = demo.database(server)
        environment = development_environment()
        with console.status("Starting both implementations"):
            implementations = [
                stack.enter_context(
                    serve(
                        implementation, url, port=port, environment=environment | _other_servers(implementation, ports)
                    )
                )
                for implementation, port in ports.items()
            ]
        with console.status("Starting the relays, the workers and the beats"):
            behind = [
                stack.enter_context(background(implementation, role, url, environment=environment))
                for implementation in IMPLEMENTATIONS
                for role in ROLES
            ]
        yield server, implementations, behind


def _other_servers(implementation: Implementation | Sockets, ports: Ports) -> dict[str, str]:
    """Return the settings for links to the other implementation, and for the WebSocket of the pages."""
    other: Implementation = "django" if implementation == "fastapi" else "fastapi"
    sockets = ports["fastapi" if implementation == "fastapi" else "django-sockets"]
    return {"COUNTERPART_URL": f"http://{LOOPBACK}:{ports[other]}", "SOCKET_URL": f"ws://{LOOPBACK}:{sockets}"}


def _require_free(ports: Ports) -> None:
    for implementation, port in ports.items():
        try:
            require_free(port, variable=PORTS[implementation][0])
        except PortTaken as error:
            running = [record.pid for record in live_records() if record.name == UP]
            hint = f" `make up` is already running (process {running[0]}): `make down` stops it." if running else ""
            raise PortTaken(f"{error}{hint}") from error


def _addresses(server: Server, servers: list[RunningServer], behind: list[RunningProgram]) -> str:
    *implementations, sockets = servers
    lines: list[tuple[str, str]] = [
        (implementation.name, f"{implementation.url}  (pages; /about, /docs, /redoc, /openapi.json)")
        for implementation in implementations
    ]
    notifying = (sockets, implementations[-1])
    lines.append(("websockets", "  ".join(f"ws://{LOOPBACK}:{each.port}{_SOCKET_PATH}" for each in notifying)))
    for label, path in (("documentation", "/docs"), ("admin", "/admin/")):
        lines.append((label, "  ".join(f"{implementation.url}{path}" for implementation in implementations)))
    lines.append(("logs", "  ".join(str(each.log) for each in servers)))
    lines += [(program.name, str(program.log)) for program in behind]
    lines.append(("postgresql", f"{server.version()}  (`make psql` opens its shell, `make url` prints its address)"))
    lines.append(("database", server.url(demo.name(server)) if server.cluster else "see DATABASE_URL"))
    lines.append(("staff", f"{ADMIN.email} / {ADMIN.password}"))
    lines.append(("customer", f"{SHOPPER.email} / {SHOPPER.password}"))
    lines.append(("more customers", f"{customer(1).email}, {customer(2).email}, ... / {CUSTOMER_PASSWORD}"))
    return "\n".join(f"{label:16}{text}" for label, text in lines)


def watch(programs: Sequence[RunningProgram]) -> None:
    """Wait until one of them stops, which is a failure: raises ServerFailed."""
    while True:
        for program in programs:
            if not program.is_running():
                raise ServerFailed(f"{program.name} stopped. Its last lines:\n{program.log_tail()}")
        time.sleep(0.5)
