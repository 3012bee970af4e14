"""Prepared exchanges produce the bytes of requests and check responses."""

import pytest

from benchmarks.load.prepared_exchanges import PreparedExchange
from benchmarks.scenarios.exchanges import SERIAL, Exchange, Request

HOST = "127.0.0.1:8001"
ORDER = Request("POST", "/orders", f'{{"é":"{SERIAL}"}}', "application/json", account="a@example.com", keyed=True)


def prepared(
    request: Request, status: int = 200, text: str | None = None, pattern: str | None = None
) -> PreparedExchange:
    return PreparedExchange(Exchange(request, status, text=text, pattern=pattern), {"a@example.com": "token"}, HOST)


def test_a_request_without_a_body_is_always_the_same_bytes() -> None:
    exchange = prepared(Request("GET", "/products?search=cup"), text="")
    assert not exchange.has_serial
    expected = f"GET /products?search=cup HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: benchmark\r\nAccept: application/json"
    assert exchange.request(b"").decode() == expected + "\r\n\r\n"


def test_the_serial_number_is_in_the_headers_and_the_body_and_the_length_is_right() -> None:
    exchange = prepared(ORDER, 201, pattern="x")
    assert exchange.has_serial
    head, _, body = exchange.request(b"000000007").partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert body.decode() == '{"é":"000000007"}'
    assert f"Content-Length: {len(body)}" in lines
    assert {"Idempotency-Key: benchmark-000000007", "Authorization: Bearer token"} <= set(lines)
    assert SERIAL.encode() not in head


def test_a_response_must_have_the_expected_bytes_and_status() -> None:
    exchange = prepared(Request("GET", "/p"), text="é")
    assert exchange.matches(200, "é".encode(), b"")
    assert not exchange.matches(201, "é".encode(), b"")
    assert not exchange.matches(200, "é ".encode(), b"")
    assert not exchange.matches(200, b"", b"")


@pytest.mark.parametrize(("body", "matches"), [("n=000000007", True), ("n=000000008", False), ("n=000000007!", False)])
def test_the_response_must_have_the_serial_number_of_the_request(body: str, matches: bool) -> None:
    assert prepared(ORDER, pattern=r"n=\d{9}").matches(200, body.encode(), b"000000007") is matches
