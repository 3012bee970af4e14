"""The bytes of requests, and the check of responses."""

import pytest

from benchmarks.load.prepared_exchanges import PreparedExchange
from benchmarks.scenarios.exchanges import SERIAL, Exchange, Request

HOST = "127.0.0.1:8001"
ORDER = Request("POST", "/orders", f'{{"é":"{SERIAL}"}}', "application/json", account="a@example.com", keyed=True)


def made(request: Request, status: int = 200, text: str | None = None, pattern: str | None = None) -> PreparedExchange:
    return PreparedExchange(Exchange(request, status, text=text, pattern=pattern), {"a@example.com": "token"}, HOST)


def test_a_request_without_a_body_is_always_the_same_bytes() -> None:
    work = made(Request("GET", "/products?search=cup"), text="")
    assert not work.is_numbered
    expected = f"GET /products?search=cup HTTP/1.1\r\nHost: {HOST}\r\nUser-Agent: benchmark\r\nAccept: application/json"
    assert work.request(b"").decode() == expected + "\r\n\r\n"


def test_a_numbered_request_has_its_number_wherever_one_belongs_and_the_length_of_its_body() -> None:
    work = made(ORDER, 201, pattern="x")
    assert work.is_numbered
    head, _, body = work.request(b"000000007").partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert body.decode() == '{"é":"000000007"}'
    assert f"Content-Length: {len(body)}" in lines
    assert {"Idempotency-Key: benchmark-000000007", "Authorization: Bearer token"} <= set(lines)
    assert SERIAL.encode() not in head


def test_a_response_must_have_the_expected_bytes_and_status() -> None:
    work = made(Request("GET", "/p"), text="é")
    assert work.is_right(200, "é".encode(), b"")
    assert not work.is_right(201, "é".encode(), b"")
    assert not work.is_right(200, "é ".encode(), b"")
    assert not work.is_right(200, b"", b"")


@pytest.mark.parametrize(("body", "right"), [("n=000000007", True), ("n=000000008", False), ("n=000000007!", False)])
def test_a_numbered_answer_must_have_the_request_s_own_number(body: str, right: bool) -> None:
    assert made(ORDER, pattern=r"n=\d{9}").is_right(200, body.encode(), b"000000007") is right
