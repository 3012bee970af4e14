"""`make up`: both implementations on one database, in the foreground."""

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Literal

from rich.console import Console

from harness.databases import demo
from harness.dataset import ADMIN, CUSTOMER_PASSWORD, SHOPPER, customer
from harness.paths import BadSetting
from harness.ports import LOOPBACK, PortTaken, port_from, require_free
from harness.postgres.server import Server, postgres
from harness.processes.records import UP, living, recorded
from harness.servers.server import RunningServer, ServerFailed, serve

type Implementation = Literal["django", "fastapi"]
type Ports = Mapping[Implementation, int]

PORTS: dict[Implementation, tuple[str, int]] = {
    "django": ("DJANGO_PORT", 8001),
    "fastapi": ("FASTAPI_PORT", 8002),
}
_DEVELOPMENT = {
    "ENVIRONMENT": "development",
    "SECRET_KEY": "development-secret-key-not-for-production",
    "ALLOWED_HOSTS": "localhost,127.0.0.1",
    "LOG_LEVEL": "info",
}


def run(console: Console) -> None:
    """Serve until Ctrl-C. Raises BadSetting, PortTaken, PostgresUnavailable, ServerFailed."""
    try:
        with _both_implementations(console) as (server, implementations):
            console.print(_where(server, implementations), soft_wrap=True)
            console.print("Ctrl-C stops everything; the data stays.")
            _watch(implementations)
    except KeyboardInterrupt:
        console.print("Stopped.")


def chosen_ports() -> Ports:
    """The port of each: the environment's, else its usual one. Raises BadSetting."""
    chosen = {implementation: port_from(variable, usual) for implementation, (variable, usual) in PORTS.items()}
    if len({*chosen.values()}) < len(chosen):
        variables = " and ".join(variable for variable, _ in PORTS.values())
        raise BadSetting(f"{variables} are both {chosen['django']}: each server needs a port of its own.")
    return chosen


@contextmanager
def _both_implementations(console: Console) -> Iterator[tuple[Server, list[RunningServer]]]:
    with ExitStack() as stack:
        ports = chosen_ports()
        _require_free(ports)
        stack.enter_context(recorded(UP, os.getpid()))
        with console.status("Starting PostgreSQL and its demo data"):
            server = stack.enter_context(postgres())
            url = demo.database(server)
        environment = _DEVELOPMENT | {name: os.environ[name] for name in _DEVELOPMENT if os.environ.get(name)}
        environment["ENVIRONMENT"] = "development"
        environment["ALLOWED_HOSTS"] += f",{LOOPBACK}"  # whatever else is served: we ask there whether it is ready
        with console.status("Starting both implementations"):
            implementations = [
                stack.enter_context(
                    serve(implementation, url, port=port, environment=environment | _counterpart(implementation, ports))
                )
                for implementation, port in ports.items()
            ]
        yield server, implementations


def _counterpart(implementation: Implementation, ports: Ports) -> dict[str, str]:
    """The setting by which an implementation links to the other one."""
    other = next(port for name, port in ports.items() if name != implementation)
    return {"COUNTERPART_URL": f"http://{LOOPBACK}:{other}"}


def _require_free(ports: Ports) -> None:
    for implementation, port in ports.items():
        try:
            require_free(port, variable=PORTS[implementation][0])
        except PortTaken as error:
            running = [record.pid for record in living() if record.what == UP]
            hint = f" `make up` runs already (process {running[0]}): `make down` ends it." if running else ""
            raise PortTaken(f"{error}{hint}") from error


def _where(server: Server, implementations: list[RunningServer]) -> str:
    lines: list[tuple[str, str]] = [
        (implementation.name, f"{implementation.url}  (/docs, /redoc, /openapi.json)")
        for implementation in implementations
    ]
    lines.append(("documentation", "  ".join(f"{implementation.url}/docs" for implementation in implementations)))
    lines.append(("postgresql", f"{server.version()}  (`make psql` opens its shell, `make url` prints its address)"))
    lines.append(("database", server.url(demo.name(server)) if server.cluster else "the one of DATABASE_URL"))
    lines.append(("staff", f"{ADMIN.email} / {ADMIN.password}"))
    lines.append(("customer", f"{SHOPPER.email} / {SHOPPER.password}"))
    lines.append(("more customers", f"{customer(1).email}, {customer(2).email}, ... / {CUSTOMER_PASSWORD}"))
    return "\n".join(f"{what:16}{where}" for what, where in lines)


def _watch(implementations: list[RunningServer]) -> None:
    while True:
        for implementation in implementations:
            if not implementation.is_running():
                raise ServerFailed(f"{implementation.name} stopped. Its last lines:\n{implementation.log_tail()}")
        time.sleep(0.5)
