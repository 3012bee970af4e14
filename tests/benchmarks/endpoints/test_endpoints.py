"""The endpoints that exist only to be measured return the same bytes on all servers, beside the shop's endpoints."""

import http.client
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import get_args
from zlib import crc32

import pytest

from benchmarks.endpoints.upstream import VARIABLE
from benchmarks.load.calibration import null_server
from benchmarks.scenarios import EVERY
from benchmarks.scenarios.exchanges import Request
from benchmarks.scenarios.sample import Sample, draw_sample
from benchmarks.verification.client import Client, client
from benchmarks.verification.responses import record_expected
from harness.databases.clones import database
from harness.postgres.server import Server
from harness.servers.command_lines import Budget, server_command
from harness.servers.names import Served, WithEndpoints
from harness.servers.server import serve

SERVED: tuple[WithEndpoints, ...] = get_args(WithEndpoints)
SCENARIOS = ("upstream", "large_json", "upload", "product_page_100", "reads_with_sign_ins", "product_detail")
DELAY = 0.1


@pytest.fixture(scope="module")
def shop(server: Server) -> Iterator[str]:
    """A small database with the data set."""
    with database(server, size=1_000, name_hint="endpoints") as url:
        yield url


@pytest.fixture(scope="module")
def sample(shop: str) -> Sample:
    """Rows of the data set that requests use."""
    return draw_sample(shop, count=8, seed=1)


@pytest.fixture(scope="module")
def ports(shop: str) -> Iterator[dict[str, int]]:
    """The ports of all servers with the endpoints, and of the FastAPI implementation without them."""
    with ExitStack() as stack:
        port, _ = stack.enter_context(null_server(100, None, delay=DELAY))
        environment = {VARIABLE: f"http://127.0.0.1:{port}"}
        names: tuple[Served, ...] = (*SERVED, "fastapi")
        yield {name: stack.enter_context(serve(name, shop, environment=environment)).port for name in names}


@pytest.fixture
def clients(ports: dict[str, int]) -> Iterator[dict[str, Client]]:
    """A client of each server with the endpoints."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(client(ports[name])) for name in SERVED}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_all_servers_return_the_same_responses(scenario: str, sample: Sample, clients: dict[str, Client]) -> None:
    recorded, problems = record_expected(sample, [scenario], clients)
    assert problems == {}
    assert len(recorded[scenario]) == len(EVERY[scenario].journeys(sample))


def test_the_large_response_has_about_a_megabyte(clients: dict[str, Client]) -> None:
    for each in clients.values():
        assert 1_000_000 < len(each.send(Request("GET", "/benchmark/large")).body) < 1_100_000


def test_an_upload_returns_the_size_and_the_checksum_of_the_file(sample: Sample, clients: dict[str, Client]) -> None:
    ((step,),) = EVERY["upload"].journeys(sample)
    file = (step.request.body or "").split("\r\n\r\n", 1)[1].rpartition("\r\n--boundary")[0]
    for each in clients.values():
        assert json.loads(each.send(step.request).body) == {"size": len(file), "checksum": crc32(file.encode())}


@pytest.mark.parametrize("name", SERVED)
def test_upstream_waits_for_the_other_server_and_the_server_serves_others_meanwhile(
    name: str, ports: dict[str, int]
) -> None:
    def request(_number: int) -> tuple[int, float]:
        connection = http.client.HTTPConnection("127.0.0.1", ports[name], timeout=30)
        started = time.monotonic()
        connection.request("GET", "/benchmark/upstream")
        status = connection.getresponse().status
        connection.close()
        return status, time.monotonic() - started

    with ThreadPoolExecutor(4) as pool:
        started = time.monotonic()
        responses = list(pool.map(request, range(4)))
        taken = time.monotonic() - started
    assert [status for status, _ in responses] == [200] * 4
    # The upstream waits in its event loop, so a response cannot arrive earlier on any machine.
    assert min(seconds for _, seconds in responses) >= DELAY * 0.9
    assert taken < sum(seconds for _, seconds in responses)


@pytest.mark.parametrize("name", SERVED)
def test_the_implementation_answers_as_it_does_without_the_endpoints(name: str, ports: dict[str, int]) -> None:
    for request in (
        Request("GET", "/api/products?limit=3"),
        Request("GET", "/benchmark/none"),
        Request("GET", "/api/orders"),
    ):
        with client(ports[name]) as with_endpoints, client(ports["fastapi"]) as without:
            one, other = with_endpoints.send(request), without.send(request)
        assert (one.status, one.body, one.headers["content-type"]) == (
            other.status,
            other.body,
            other.headers["content-type"],
        )


@pytest.mark.parametrize(
    ("served", "implementation"),
    [("django-endpoints", "django"), ("django-asgi-endpoints", "django-asgi"), ("fastapi-endpoints", "fastapi")],
)
def test_servers_with_the_endpoints_have_the_options_of_their_implementation(
    served: Served, implementation: Served
) -> None:
    assert _options(served) == _options(implementation)


def _options(served: Served) -> list[str]:
    program, dash, server_name, _application, *words = server_command(served, Budget(), 8000)
    return [program, dash, server_name, *words]
