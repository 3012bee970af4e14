"""Both implementations on two clones of one database, and both on one."""

from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import psycopg2
import pytest

from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.server import serve
from tests.contract.observed import IMPLEMENTATIONS
from tests.differential.pair import OneShop, TwoShops

_TIMEOUT_SECONDS = 30


@pytest.fixture(scope="session")
def two_shops(server: Server) -> Iterator[TwoShops]:
    """Each implementation with a database of its own."""
    with ExitStack() as stack:
        urls = [
            stack.enter_context(database(server, name_hint=f"own_{implementation}"))
            for implementation in IMPLEMENTATIONS
        ]
        yield _pair(stack, TwoShops, urls)


@pytest.fixture(scope="session")
def one_shop(server: Server) -> Iterator[OneShop]:
    """Both implementations with the same database."""
    with ExitStack() as stack:
        url = stack.enter_context(database(server, name_hint="shared"))
        yield _pair(stack, OneShop, [url] * len(IMPLEMENTATIONS))


def _pair[Shop: TwoShops | OneShop](stack: ExitStack, kind: type[Shop], urls: list[str]) -> Shop:
    callers = []
    for implementation, url in zip(IMPLEMENTATIONS, urls, strict=True):
        base_url = stack.enter_context(serve(implementation, url)).url
        client = httpx.Client(base_url=base_url, timeout=_TIMEOUT_SECONDS, trust_env=False)
        callers.append((implementation, stack.enter_context(client)))
    connections = [psycopg2.connect(url) for url in dict.fromkeys(urls)]
    for connection in connections:
        connection.autocommit = True
        stack.callback(connection.close)
    return kind(callers, connections)
