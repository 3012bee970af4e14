"""Verification records correct responses and detects responses that are wrong or differ between variants."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack

import pytest

from benchmarks.scenarios import EVERY, Scenario, Step
from benchmarks.scenarios.exchanges import Exchange, Request
from benchmarks.scenarios.sample import Sample
from benchmarks.verification.client import Client, SignInFailed, client
from benchmarks.verification.responses import record_expected
from tests.benchmarks.fake_server import Respond, any_product, fake_server

TOKENS = '{"access_token":"a.b.c","refresh_token":"a.b.c","token_type":"bearer","expires_in":1800}'


@pytest.fixture
def servers() -> Iterator[ExitStack]:
    """The fake servers of a test and their clients; all are closed at the end."""
    with ExitStack() as stack:
        yield stack


def with_sign_in(respond: Respond) -> Respond:
    return lambda *request: (200, TOKENS) if request[1] == "/api/auth/login" else respond(*request)


def new_client(servers: ExitStack, respond: Respond, headers: Mapping[str, str] | None = None) -> Client:
    return servers.enter_context(client(servers.enter_context(fake_server(with_sign_in(respond), headers))))


def verify(
    monkeypatch: pytest.MonkeyPatch,
    step: Step,
    clients: dict[str, Client],
    *,
    compare_headers: bool = True,
) -> tuple[list[Exchange], dict[str, str]]:
    """Return the exchanges recorded for a scenario with one step, and the problems."""
    scenario = Scenario("product_detail", "one step", lambda _sample: [[step]])
    monkeypatch.setitem(EVERY, "product_detail", scenario)
    sample = Sample([], [], [], ("1", "2"), [], {}, {})
    recorded, problems = record_expected(sample, ["product_detail"], clients, compare_headers=compare_headers)
    return [exchange for journey in recorded.get("product_detail", ()) for exchange in journey], problems


def mug(varying: list[str] | None = None) -> Step:
    return Step(Request("GET", "/p/mug"), lambda product: bool(product["slug"] == "mug"), varying=varying or [])


def test_a_response_common_to_all_variants_becomes_the_expected_response(
    servers: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = {"one": new_client(servers, any_product), "other": new_client(servers, any_product)}
    (exchange,), problems = verify(monkeypatch, mug(), clients)
    assert problems == {}
    assert (exchange.status, exchange.text, exchange.pattern) == (200, '{"slug":"mug"}', None)


def test_varying_parts_are_recorded_as_a_pattern(servers: ExitStack, monkeypatch: pytest.MonkeyPatch) -> None:
    clients = {
        name: new_client(servers, lambda *_, stock=stock: (200, f'{{"slug":"mug","stock":{stock}}}'))
        for name, stock in (("one", 5), ("other", 4))
    }
    (exchange,), problems = verify(monkeypatch, mug(["stock"]), clients)
    assert problems == {}
    assert re.fullmatch(exchange.pattern or "", '{"slug":"mug","stock":3}')


@pytest.mark.parametrize(
    ("other", "problem"),
    [
        (lambda *_: (200, '{"slug": "mug"}'), "other: GET /p/mug: different body"),
        (lambda *_: (404, "{}"), "other: GET /p/mug: 404, not 200"),
        (lambda *_: (200, ""), "other: GET /p/mug: different body"),
    ],
)
def test_a_different_response_of_one_variant_fails_verification(
    servers: ExitStack, monkeypatch: pytest.MonkeyPatch, other: Respond, problem: str
) -> None:
    clients = {"one": new_client(servers, any_product), "other": new_client(servers, other)}
    exchanges, problems = verify(monkeypatch, mug(), clients)
    assert problem in problems["product_detail"]
    assert exchanges == []


@pytest.mark.parametrize(
    ("one", "other", "problem"),
    [
        ({}, {"Content-Type": "text/html"}, "other: GET /p/mug: content-type: text/html"),
        ({"Cache-Control": "no-store"}, {"Cache-Control": "public"}, "other: GET /p/mug: cache-control: public"),
        ({}, {"X-Frame-Options": "DENY"}, "other: GET /p/mug: headers "),
        ({"X-Frame-Options": "DENY"}, {}, "other: GET /p/mug: headers "),
    ],
)
def test_other_headers_of_one_variant_fail_verification_unless_headers_are_not_compared(
    servers: ExitStack, monkeypatch: pytest.MonkeyPatch, one: dict[str, str], other: dict[str, str], problem: str
) -> None:
    clients = {name: new_client(servers, any_product, headers) for name, headers in (("one", one), ("other", other))}
    exchanges, problems = verify(monkeypatch, mug(), clients)
    assert problem in problems["product_detail"]
    assert exchanges == []
    (exchange,), problems = verify(monkeypatch, mug(), clients, compare_headers=False)
    assert problems == {}
    assert exchange.text == '{"slug":"mug"}'


def test_headers_that_the_contract_does_not_define_may_differ(
    servers: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    clients = {
        name: new_client(servers, any_product, {"X-Request-ID": name, "Location": f"/{name}"})
        for name in ("one", "other")
    }
    clients["third"] = new_client(servers, any_product)
    assert verify(monkeypatch, mug(), clients)[1] == {}


@pytest.mark.parametrize("wrong", ['{"slug":"cup"}', "{}", "[]", "not JSON", "null"])
def test_a_wrong_response_of_all_variants_fails_verification(
    servers: ExitStack, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    clients = {name: new_client(servers, lambda *_: (200, wrong)) for name in ("one", "other")}
    assert "not the requested content" in verify(monkeypatch, mug(), clients)[1]["product_detail"]


def test_an_unreachable_server_fails_verification(monkeypatch: pytest.MonkeyPatch, servers: ExitStack) -> None:
    stopped = ExitStack()
    clients = {"one": new_client(stopped, any_product), "other": new_client(servers, any_product)}
    clients["one"].sign_in([])
    stopped.close()
    monkeypatch.setattr(Client, "sign_in", lambda *_: None)
    assert "no response" in verify(monkeypatch, mug(), clients)[1]["product_detail"]


def test_a_failed_sign_in_of_a_demo_account_names_the_account(servers: ExitStack) -> None:
    port = servers.enter_context(fake_server(lambda *_: (401, "{}")))
    with client(port) as http_client, pytest.raises(SignInFailed, match=r"admin@example.com.*401"):
        http_client.sign_in(["admin@example.com"])
