"""What a client sends is cut short, or its last complete request is followed by a half-closed connection."""

import json

import pytest

from harness.servers.server import RunningServer
from tests.contract.connections.raw_requests import LAST, registration, request
from tests.contract.shop import unique_email
from tests.contract.sockets import converse

pytestmark = pytest.mark.usefixtures("no_traceback")


def test_half_closed_client_gets_its_response(running: RunningServer) -> None:
    head, _ = request("/api/products?limit=1")

    (answer,) = converse(running.port, head, half_close=True)
    assert (answer.status, list(answer.json)) == (200, ["items", "next"])


def test_writes_of_a_half_closed_client_are_processed(running: RunningServer) -> None:
    bodies = [registration(unique_email()) for _ in range(2)]
    requests = b"".join(part for body in bodies for part in request("/api/auth/register", body))

    answers = converse(running.port, requests, half_close=True)
    assert [(answer.status, answer.json["email"]) for answer in answers] == [
        (201, json.loads(body)["email"]) for body in bodies
    ]


@pytest.mark.parametrize("chunked", [False, True], ids=["with its length", "in chunks"])
def test_truncated_body_is_not_processed(running: RunningServer, chunked: bool) -> None:
    email = unique_email()
    head, body = request("/api/auth/register", registration(email) + b" " * 9, chunked=chunked)
    cut = body.removesuffix(b"0\r\n\r\n") if chunked else body[:-9]

    assert converse(running.port, head + cut, half_close=True) == []
    assert converse(running.port, head, cut, half_close=True) == []
    whole = request("/api/auth/register", registration(email))
    assert [answer.status for answer in converse(running.port, b"".join(whole) + LAST)] == [201, 200]


def test_truncated_request_does_not_affect_the_previous_response(running: RunningServer) -> None:
    whole, _ = request("/api/products?limit=1")
    head, body = request("/api/auth/register", registration(unique_email()))

    for cut in (head + body[:-1], head[:-2], b"GE"):
        assert [answer.status for answer in converse(running.port, whole + cut, half_close=True)] == [200]
