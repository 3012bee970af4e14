"""With REDIS_URL, Redis counts the requests of both implementations; without an answer of Redis, PostgreSQL does."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial

import pytest
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class with a lower-case name

from harness.ports import free_port
from harness.servers.redis import is_installed, redis_server
from harness.servers.server import Budget, serve
from tests.contract.client import Client, send_concurrently, statuses
from tests.contract.conftest import open_client
from tests.contract.observed import IMPLEMENTATIONS
from tests.contract.shop import unique_email
from tests.contract.users.test_throttling import LIMITS, count_of, sign_in

pytestmark = pytest.mark.skipif(
    not is_installed() and not os.environ.get("CI"),
    reason="redis-server is not installed; apt-get install redis-server",
)

# A server with much other work may wait long for an answer that arrived, but only Redis's silence may count here.
TIMEOUT_SECONDS = {"redis": 30.0, "refused": 30.0, "silent": 0.2}


@pytest.fixture
def servers(request: pytest.FixtureRequest, database_url: str, sql: Connection) -> Iterator[list[Client]]:  # noqa: ARG001
    """Start both implementations with two processes each, and Redis, or what the parameter names instead."""
    redis = getattr(request, "param", "redis")
    with ExitStack() as stack:
        match redis:
            case "redis":
                url = stack.enter_context(redis_server())
            case "refused":
                url = f"redis://127.0.0.1:{free_port()}/0"
            case _:  # accepts connections and never answers
                port = stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
                url = f"redis://127.0.0.1:{port}/0"
        timeout = TIMEOUT_SECONDS[redis]
        environment = {"THROTTLING": "true", "REDIS_URL": url, "REDIS_TIMEOUT_SECONDS": str(timeout)}
        running = [
            stack.enter_context(serve(name, database_url, budget=Budget(workers=2), environment=environment))
            for name in IMPLEMENTATIONS
        ]
        yield [stack.enter_context(open_client(each)) for each in running]


def test_exactly_the_limit_of_concurrent_sign_ins_passes(servers: list[Client], sql: Connection) -> None:
    email = unique_email()
    calls = [partial(sign_in, servers[number % 2], email) for number in range(LIMITS["login_address"]["requests"])]

    responses = send_concurrently(calls)

    allowed = LIMITS["login_account"]["requests"]
    waits = {int(response.headers["Retry-After"]) for response in responses if response.status_code == 429}
    assert statuses(responses) == [401] * allowed + [429] * (len(calls) - allowed)
    assert all(0 < wait <= LIMITS["login_account"]["seconds"] for wait in waits)
    assert count_of(sql, "login_account", email) is None


@pytest.mark.parametrize("servers", ["refused", "silent"], indirect=True)
def test_postgresql_counts_while_redis_does_not_answer(servers: list[Client], sql: Connection) -> None:
    email = unique_email()
    for server in servers:
        assert sign_in(server, email).status_code == 401

    assert count_of(sql, "login_account", email) == len(servers)
