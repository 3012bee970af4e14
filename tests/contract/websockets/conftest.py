"""The servers with WebSockets, and connections to them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from harness.servers.names import Served
from harness.servers.server import RunningServer, serve
from tests.conftest import LIMITED
from tests.contract.client import Account, Client
from tests.contract.websockets.sockets import Socket, open_socket

SERVERS: Mapping[str, Served] = {"django": "django-sockets", "fastapi": "fastapi"}

type Listen = Callable[..., Socket]


@pytest.fixture(scope="session")
def django_sockets(database_url: str, media_dir: Path) -> Iterator[RunningServer]:
    """The process of Django for WebSockets, on the database of this test worker."""
    with serve("django-sockets", database_url, environment={**LIMITED, "MEDIA_DIR": str(media_dir)}) as running:
        yield running


@pytest.fixture(scope="session")
def socket_ports(django_sockets: RunningServer, fastapi: RunningServer) -> Mapping[str, int]:
    """The ports of the WebSockets, by the name of the implementation."""
    return {"django": django_sockets.port, "fastapi": fastapi.port}


@pytest.fixture
def port(anonymous: Client, socket_ports: Mapping[str, int]) -> int:
    """The port of the WebSocket of the implementation that is tested."""
    return socket_ports[anonymous.implementation]


@pytest.fixture
def listen(port: int) -> Iterator[Listen]:
    """Return a function that connects as an account. The connections are closed after the test."""
    with ExitStack() as stack:

        def open_one(account: Account, **options: Any) -> Socket:
            return stack.enter_context(open_socket(port, account.token, **options))

        yield open_one
