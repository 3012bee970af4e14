"""Truncated requests, and clients that close their sending side after a complete request."""

import json

import pytest

from harness.servers.server import RunningServer
from tests.contract.connections.raw_requests import LAST_REQUEST, registration, request
from tests.contract.shop import unique_email
from tests.contract.sockets import send_and_receive

pytestmark = pytest.mark.usefixtures("no_traceback")


def test_half_closed_client_gets_its_response(running: RunningServer) -> None:
    head, _ = request("/api/products?limit=1")

    (response,) = send_and_receive(running.port, head, half_close=True)
    assert (response.status, list(response.json)) == (200, ["items", "next"])


def test_writes_of_a_half_closed_client_are_processed(running: RunningServer) -> None:
    bodies = [registration(unique_email()) for _ in range(2)]
    requests = b"".join(part for body in bodies for part in request("/api/auth/register", body))

    responses = send_and_receive(running.port, requests, half_close=True)
    assert [(response.status, response.json["email"]) for response in responses] == [
        (201, json.loads(body)["email"]) for body in bodies
    ]


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_truncated_body_is_not_processed(running: RunningServer, chunked: bool) -> None:
    email = unique_email()
    head, body = request("/api/auth/register", registration(email) + b" " * 9, chunked=chunked)
    truncated = body.removesuffix(b"0\r\n\r\n") if chunked else body[:-9]

    assert send_and_receive(running.port, head + truncated, half_close=True) == []
    assert send_and_receive(running.port, head, truncated, half_close=True) == []
    complete = request("/api/auth/register", registration(email))
    responses = send_and_receive(running.port, b"".join(complete) + LAST_REQUEST)
    assert [response.status for response in responses] == [201, 200]


def test_truncated_request_does_not_affect_the_previous_response(running: RunningServer) -> None:
    complete, _ = request("/api/products?limit=1")
    head, body = request("/api/auth/register", registration(unique_email()))

    for truncated in (head + body[:-1], head[:-2], b"GE"):
        responses = send_and_receive(running.port, complete + truncated, half_close=True)
        assert [response.status for response in responses] == [200]
