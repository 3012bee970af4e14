"""Both implementations, with separate databases and with a shared one."""

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import psycopg2
import pytest

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import serve
from tests.contract.observed import IMPLEMENTATIONS
from tests.differential.implementation_pairs import SeparateDatabases, SharedDatabase

_TIMEOUT_SECONDS = 30


@pytest.fixture(scope="session")
def separate_databases(server: Server) -> Iterator[SeparateDatabases]:
    """Both implementations, each with its own database."""
    with ExitStack() as stack:
        urls = [
            stack.enter_context(database(server, name_hint=f"own_{implementation}"))
            for implementation in IMPLEMENTATIONS
        ]
        yield _pair(stack, SeparateDatabases, urls)


@pytest.fixture(scope="session")
def shared_database(server: Server) -> Iterator[SharedDatabase]:
    """Both implementations, with one database."""
    with ExitStack() as stack:
        url = stack.enter_context(database(server, name_hint="shared"))
        yield _pair(stack, SharedDatabase, [url] * len(IMPLEMENTATIONS))


def _pair[Pair: SeparateDatabases | SharedDatabase](stack: ExitStack, kind: type[Pair], urls: list[str]) -> Pair:
    http_clients = []
    for implementation, url in zip(IMPLEMENTATIONS, urls, strict=True):
        base_url = stack.enter_context(serve(implementation, url)).url
        client = httpx.Client(base_url=base_url, timeout=_TIMEOUT_SECONDS, trust_env=False)
        http_clients.append((implementation, stack.enter_context(client)))
    connections = [psycopg2.connect(url) for url in dict.fromkeys(urls)]
    for connection in connections:
        connection.autocommit = True
        stack.callback(connection.close)
    return kind(http_clients, connections)
