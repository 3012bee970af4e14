"""Servers that log everything and have metrics, and the lines of their logs."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.servers.server import Budget, Implementation, RunningServer, serve
from tests.contract.client import Client
from tests.contract.conftest import open_client
from tests.contract.observed import IMPLEMENTATIONS
from tests.harness.processes import eventually

type Line = dict[str, Any]

# The address of a trusted proxy, from which the tests can connect, and of a Prometheus behind it.
PROXY, PROMETHEUS = "127.0.0.2", "203.0.113.9"
WORKERS = 2
ENVIRONMENT = {
    "LOG_LEVEL": "debug",
    "METRICS_ALLOWED": f"127.0.0.1, {PROXY}, {PROMETHEUS}",
    "TRUSTED_PROXIES": PROXY,
    "THROTTLING": "false",  # it would send another statement now and then
}


@dataclass(frozen=True)
class Monitored:
    """A server with its log, and a client without a user."""

    running: RunningServer
    client: Client
    metrics: Path

    @property
    def metrics_directory(self) -> Path:
        """The directory in which the processes of the server share their metrics."""
        (directory,) = self.metrics.glob(f"shop-{self.running.name}-metrics-*")
        return directory

    def lines(self, **fields: object) -> list[Line]:
        """Return the lines of the log that have these fields. Every line must be JSON."""
        text = self.running.log.read_text(encoding="utf-8")
        complete = text[: text.rfind("\n") + 1]
        lines = [json.loads(line) for line in complete.splitlines()]
        return [line for line in lines if fields.items() <= line.items()]

    def line(self, **fields: object) -> Line:
        """Return the only line with these fields, once it is there."""
        assert eventually(lambda: bool(self.lines(**fields))), fields
        (line,) = self.lines(**fields)
        return line

    def request_line(self, request_id: str) -> Line:
        """Return the line of a request."""
        return self.line(event="request", request_id=request_id)


@pytest.fixture(scope="session")
def monitored_servers(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Monitored]]:
    """Run both implementations with two processes each."""
    metrics = tmp_path_factory.mktemp("metrics")
    environment = ENVIRONMENT | {"PROMETHEUS_MULTIPROC_DIR": str(metrics)}
    with ExitStack() as stack:
        servers = [
            stack.enter_context(serve(name, database_url, budget=Budget(workers=WORKERS), environment=environment))
            for name in IMPLEMENTATIONS
        ]
        yield {each.name: Monitored(each, stack.enter_context(open_client(each)), metrics) for each in servers}


@pytest.fixture
def both(monitored_servers: dict[str, Monitored], sql: Connection) -> list[Monitored]:  # noqa: ARG001 - empties tables
    """Return both servers, with empty tables."""
    return list(monitored_servers.values())


@pytest.fixture(params=IMPLEMENTATIONS)
def monitored(
    request: pytest.FixtureRequest,
    monitored_servers: dict[str, Monitored],
    sql: Connection,  # noqa: ARG001 - empties the tables
) -> Monitored:
    """Return a server; a test that uses it runs once for each implementation."""
    return monitored_servers[request.param]


@pytest.fixture(params=IMPLEMENTATIONS)
def implementation(request: pytest.FixtureRequest) -> Implementation:
    """Return the name of an implementation; a test that uses it runs once for each."""
    name: Implementation = request.param
    return name
